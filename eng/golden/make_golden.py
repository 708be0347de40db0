#!/usr/bin/env python3
"""Makes tests/Golden: random sequence-loss cases with float64 answers, one zip archive for each seed.

usage: make_golden.py ORACLE [--out tests/Golden] [--seeds 1 2 3 4]

ORACLE is the folder that holds the generator, make_cases.py. It needs Python 3 with numpy and PyTorch 1.13.1 (Debian: python3-numpy,
python3-torch): the generator writes a case only where its closed form and PyTorch in float64 agree to 1e-9.

The same generator, numpy and seed give the same bytes. manifest.json says which generator (by its SHA-256), numpy and PyTorch made each
archive; GoldenTests checks the archives against it. Never run this to make a test pass: the answers do not depend on this project.
"""
import argparse, hashlib, json, pathlib, subprocess, sys, tempfile, zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)  # a zip entry's time, so that the archive has no other content than the cases
LARGE_SEED = 1  # cases tagged "large" are half of an archive and differ only in their draw: one seed holds them


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def keep(case):
    """A case without what only the generator's own report uses."""
    for output in case['outputs']:
        output.pop('torch_float32_error', None)
    return case


def pack(folder, archive, seed):
    count = 0
    with zipfile.ZipFile(archive, 'w', zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for case_file in sorted(folder.glob('*/case.json')):
            case = keep(json.loads(case_file.read_text()))
            if 'large' in case['tags'] and seed != LARGE_SEED:
                continue
            count += 1
            files = [array['file'] for array in case['inputs'] + case['outputs']]
            contents = {'case.json': json.dumps(case, sort_keys=True).encode()}
            contents |= {name: (case_file.parent / name).read_bytes() for name in files}
            for name in sorted(contents):
                entry = zipfile.ZipInfo(f'{case_file.parent.name}/{name}', EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(entry, contents[name])
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('oracle', type=pathlib.Path)
    parser.add_argument('--out', type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2] / 'tests' / 'Golden')
    parser.add_argument('--seeds', type=int, nargs='+', default=[1, 2, 3, 4])
    arguments = parser.parse_args()
    import numpy, torch
    script = arguments.oracle / 'make_cases.py'
    archives = []
    for seed in arguments.seeds:
        with tempfile.TemporaryDirectory() as folder:
            cases = pathlib.Path(folder) / 'cases'
            subprocess.run([sys.executable, script, str(seed), '--out', cases, '--quiet'], check=True)
            archive = arguments.out / f'seed{seed}.zip'
            count = pack(cases, archive, seed)
            archives.append({'seed': seed, 'file': archive.name, 'cases': count, 'sha256': sha256(archive.read_bytes())})
    manifest = {
        'generator': script.name,
        'generatorSha256': sha256(script.read_bytes()),
        'packedBy': 'eng/golden/make_golden.py',
        'numpy': numpy.__version__,
        'torch': torch.__version__,
        'archives': archives,
    }
    (arguments.out / 'manifest.json').write_text(json.dumps(manifest, indent=2) + '\n')


if __name__ == '__main__':
    main()
