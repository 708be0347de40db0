using System.Collections.Immutable;

namespace SeqLoss.Training.Examples;

/// <summary>Twelve languages, and the forms that belong to none.</summary>
/// <remarks>
/// No text is two dates: the order of day and month in numbers follows from the dots (day first) or the year in front, and where neither is
/// there, a tag names whose order it is. Two-digit years have no place in two centuries.
/// </remarks>
internal static class DateLanguages
{
    private static readonly DateLanguage English = new()
    {
        Months =
        [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
        ],
        ShortMonths = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        Weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        ShortWeekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        SeenPatterns =
        [
            "{month} {d}, {y}", "{d} {month} {y}", "{month} {nth}, {y}", "{nth} {month} {y}", "the {nth} of {month} {y}",
            "{mon} {d}, {y}", "{d} {mon} {y}", "{d}-{mon}-{y}", "{weekday}, {month} {d}, {y}", "{weekday} {d} {month} {y}",
            "{wd}, {d} {mon} {y}", "{wd} {mon} {d} {y}",
            "[en-US] {mm}/{dd}/{y}", "[en-US] {m}/{d}/{y}", "[en-GB] {dd}/{mm}/{y}", "[en-GB] {d}/{m}/{y}",
        ],
        UnseenPatterns = ["{mon} {nth}, {y}", "{wd} the {nth} of {month} {y}", "{y} {month} {d}", "{y}-{mon}-{dd}", "[en-US] {m}-{d}-{y}"],
    };

    private static readonly DateLanguage German = new()
    {
        Months =
        [
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
        ],
        ShortMonths = ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."],
        Weekdays = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
        ShortWeekdays = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
        SeenPatterns =
        [
            "{d}. {month} {y}", "den {d}. {month} {y}", "am {d}. {month} {y}", "{weekday}, {d}. {month} {y}", "{wd}., {d}. {mon} {y}",
            "{d}. {mon} {y}", "{dd}.{mm}.{y}", "{d}.{m}.{y}", "{weekday}, {dd}.{mm}.{y}",
        ],
        UnseenPatterns = ["{wd}., {dd}.{mm}.{y}", "am {d}.{m}.{y}", "{d}.{month} {y}"],
    };

    private static readonly DateLanguage French = new()
    {
        Months =
        [
            "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
        ],
        ShortMonths = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
        Weekdays = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
        ShortWeekdays = ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
        SeenPatterns =
        [
            "{1er} {month} {y}", "le {1er} {month} {y}", "{weekday} {1er} {month} {y}", "{wd} {d} {mon} {y}", "{d} {mon} {y}",
            "[fr] {dd}/{mm}/{y}", "[fr] {d}/{m}/{y}",
        ],
        UnseenPatterns = ["le {weekday} {1er} {month} {y}", "le {d} {mon} {y}"],
    };

    private static readonly DateLanguage Spanish = new()
    {
        Months =
        [
            "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
        ],
        ShortMonths = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"],
        Weekdays = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
        ShortWeekdays = ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"],
        SeenPatterns =
        [
            "{d} de {month} de {y}", "{d} de {month} del {y}", "el {d} de {month} de {y}", "{wd}, {d} de {month} de {y}",
            "{weekday} {d} de {mon} de {y}", "{d} {mon} {y}", "{d}-{mon}-{y}", "[es] {dd}/{mm}/{y}", "[es] {d}/{m}/{y}",
        ],
        UnseenPatterns = ["{wd} {d} {mon} {y}", "{d} {month} {y}"],
    };

    private static readonly DateLanguage Italian = new()
    {
        Months =
        [
            "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre",
            "dicembre",
        ],
        ShortMonths = ["gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"],
        Weekdays = ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
        ShortWeekdays = ["lun", "mar", "mer", "gio", "ven", "sab", "dom"],
        SeenPatterns =
        [
            "{1º} {month} {y}", "{weekday} {1º} {month} {y}", "{wd} {d} {mon} {y}", "{d} {mon} {y}", "{weekday}, {d} {month} {y}",
            "[it] {dd}/{mm}/{y}", "[it] {d}/{m}/{y}",
        ],
        UnseenPatterns = ["{weekday} {d} {mon} {y}", "[it] {wd} {d}/{m}/{y}"],
    };

    private static readonly DateLanguage Portuguese = new()
    {
        Months =
        [
            "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
        ],
        ShortMonths = ["jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.", "dez."],
        Weekdays = ["segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"],
        ShortWeekdays = ["seg.", "ter.", "qua.", "qui.", "sex.", "sáb.", "dom."],
        SeenPatterns =
        [
            "{d} de {month} de {y}", "{1º} de {month} de {y}", "em {d} de {month} de {y}", "{wd}, {d} de {month} de {y}",
            "{d} de {mon} de {y}", "{weekday}, {d} {mon} {y}", "[pt] {dd}/{mm}/{y}", "[pt] {d}/{m}/{y}",
        ],
        UnseenPatterns = ["{wd}, {d} de {mon} de {y}", "{d} {month} {y}"],
    };

    private static readonly DateLanguage Dutch = new()
    {
        Months =
        [
            "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december",
        ],
        ShortMonths = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
        Weekdays = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"],
        ShortWeekdays = ["ma", "di", "wo", "do", "vr", "za", "zo"],
        SeenPatterns =
        [
            "{d} {month} {y}", "op {d} {month} {y}", "{weekday} {d} {month} {y}", "{wd} {d} {mon} {y}", "{d} {mon} {y}",
            "[nl] {dd}-{mm}-{y}", "[nl] {d}-{m}-{y}",
        ],
        UnseenPatterns = ["{weekday} {d} {mon} {y}", "[nl] {wd} {d}-{m}-{y}"],
    };

    private static readonly DateLanguage Swedish = new()
    {
        Months =
        [
            "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december",
        ],
        ShortMonths = ["jan.", "feb.", "mars", "apr.", "maj", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec."],
        Weekdays = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"],
        ShortWeekdays = ["mån", "tis", "ons", "tors", "fre", "lör", "sön"],
        SeenPatterns =
        [
            "{d} {month} {y}", "den {d} {month} {y}", "{weekday} {d} {month} {y}", "{weekday} den {d} {month} {y}", "{wd} {d} {mon} {y}",
            "{d} {mon} {y}", "{weekday} {y}-{mm}-{dd}",
        ],
        UnseenPatterns = ["den {d} {mon} {y}", "{wd} {y}-{mm}-{dd}"],
    };

    private static readonly DateLanguage Polish = new()
    {
        Months =
        [
            "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada",
            "grudnia",
        ],
        ShortMonths = ["sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"],
        Weekdays = ["poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"],
        ShortWeekdays = ["pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz."],
        SeenPatterns =
        [
            "{d} {month} {y}", "{d} {month} {y} r.", "{wd}, {d} {month} {y}", "{weekday}, {d} {mon} {y}", "{d} {mon} {y}",
            "{dd}.{mm}.{y} r.", "{d} {roman} {y}", "{d}.{roman}.{y}",
        ],
        UnseenPatterns = ["{d} {roman} {y} r.", "{weekday}, {d}.{roman}.{y}", "{dd} {month} {y}"],
    };

    private static readonly DateLanguage Turkish = new()
    {
        Months =
        [
            "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık",
        ],
        ShortMonths = ["Oca", "Şub", "Mar", "Nis", "May", "Haz", "Tem", "Ağu", "Eyl", "Eki", "Kas", "Ara"],
        Weekdays = ["Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar"],
        ShortWeekdays = ["Pzt", "Sal", "Çar", "Per", "Cum", "Cmt", "Paz"],
        SeenPatterns =
        [
            "{d} {month} {y}", "{d} {month} {y} {weekday}", "{d} {month} {y}, {weekday}", "{d} {mon} {y}", "{d} {mon} {y} {wd}",
            "{dd}.{mm}.{y} {weekday}",
        ],
        UnseenPatterns = ["{d} {month} {y}, {wd}", "{dd}.{mm}.{y} {wd}"],
    };

    private static readonly DateLanguage Russian = new()
    {
        Months =
        [
            "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
        ],
        ShortMonths = ["янв.", "февр.", "мар.", "апр.", "мая", "июн.", "июл.", "авг.", "сент.", "окт.", "нояб.", "дек."],
        Weekdays = ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"],
        ShortWeekdays = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"],
        SeenPatterns =
        [
            "{d} {month} {y}", "{d} {month} {y} г.", "{d} {month} {y} года", "«{dd}» {month} {y} г.", "{weekday}, {d} {month} {y} г.",
            "{wd}, {d} {month} {y}", "{d} {mon} {y} г.", "{dd}.{mm}.{y} г.",
        ],
        UnseenPatterns = ["{wd}, {d} {mon} {y} г.", "«{d}» {month} {y} года"],
    };

    private static readonly DateLanguage Japanese = new()
    {
        Months = ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
        ShortMonths = ["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
        Weekdays = ["月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"],
        ShortWeekdays = ["月", "火", "水", "木", "金", "土", "日"],
        SeenPatterns =
        [
            "{y}年{month}{d}日", "{y}年{mm}月{dd}日", "{y}年{month}{d}日({wd})", "{y}年{month}{d}日 {weekday}", "{y}/{m}/{d}",
            "{y}/{mm}/{dd}({wd})",
        ],
        UnseenPatterns = ["{y}年{month}{d}日{weekday}", "{y}/{m}/{d} {weekday}"],
    };

    private static readonly DateLanguage Wordless = new()
    {
        Months = [],
        ShortMonths = [],
        Weekdays = [],
        ShortWeekdays = [],
        SeenPatterns = ["{y}-{mm}-{dd}", "{y}{mm}{dd}", "{y}/{mm}/{dd}", "{y}.{mm}.{dd}"],
        UnseenPatterns = ["{y} {mm} {dd}"],
    };

    public static ImmutableArray<DateLanguage> All { get; } =
    [
        English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Polish, Turkish, Russian, Japanese, Wordless,
    ];
}
