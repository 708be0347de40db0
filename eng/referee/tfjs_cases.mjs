// Draws calls of tf.losses.softmaxCrossEntropy and prints each, with TensorFlow.js' answer, as a line of JSON.
//
// usage: node tfjs_cases.mjs FOLDER [count] [seed]      FOLDER has node_modules with @tensorflow/tfjs
//
// The first line names TensorFlow.js. The gradient is that of the sum of value times upstream. `refused` is the message of an error.
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const [folder, count = '300', seed = '1'] = process.argv.slice(2);
const log = console.log;
console.log = console.warn = () => {}; // its greeting
const tf = createRequire(join(resolve(folder), 'package.json'))('@tensorflow/tfjs');
await tf.setBackend('cpu');

let state = Number(seed) >>> 0;
const random = () => { // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const integer = (from, to) => from + Math.floor(random() * (to - from + 1));
const choose = items => items[integer(0, items.length - 1)];
const drawn = (size, from, to) => Float32Array.from({ length: size }, () => from + (to - from) * random());
const size = shape => shape.reduce((a, b) => a * b, 1);
const numbers = values => Array.from(values, x => Number.isFinite(x) ? x : String(x));

// Weights that broadcast to the losses: a number, or a suffix of their shape with some axes of length 1.
function weightsOf(losses) {
  const kind = random();
  if (kind < 0.2) return null;
  const shape = kind < 0.35 ? [] : losses.slice(integer(0, losses.length - 1)).map(length => random() < 0.3 ? 1 : length);
  const values = drawn(size(shape), 0.1, 3);
  const fate = random();
  for (let i = 0; i < values.length; i++) if (fate < 0.15 || random() < 0.3) values[i] = 0;
  return { shape, values };
}

log(JSON.stringify({ framework: `TensorFlow.js ${tf.version_core}` }));
for (let i = 0; i < Number(count); i++) {
  const shape = Array.from({ length: choose([2, 2, 3, 4]) }, () => integer(1, 5));
  const losses = shape.slice(0, -1);
  const logits = drawn(size(shape), -4, 4);
  const labels = drawn(size(shape), 0, 1);
  const classes = shape[shape.length - 1];
  if (random() < 0.7) {
    for (let row = 0; row < labels.length; row += classes) {
      const sum = labels.slice(row, row + classes).reduce((a, b) => a + b, 0);
      for (let k = row; k < row + classes; k++) labels[k] /= sum;
    }
  }
  const weights = weightsOf(losses);
  const smoothing = shape.length === 2 && random() < 0.5 ? choose([0.1, 0.5, 1]) : 0;
  const reduction = choose(['NONE', 'MEAN', 'SUM', 'SUM_BY_NONZERO_WEIGHTS']);
  const upstream = drawn(size(losses), -1, 1);
  const arguments_ = {
    function: 'softmaxCrossEntropy', dtype: 'float32', shape, input: numbers(logits), probabilities: numbers(labels),
    weight: weights && numbers(weights.values), weight_shape: weights && weights.shape, label_smoothing: smoothing, reduction,
  };
  const answer = tf.tidy(() => {
    const w = weights && tf.tensor(weights.values, weights.shape);
    const loss = x => tf.losses.softmaxCrossEntropy(tf.tensor(labels, shape), x, w, smoothing, tf.Reduction[reduction]);
    const x = tf.tensor(logits, shape);
    try {
      const value = loss(x);
      const flow = reduction === 'NONE' ? tf.tensor(upstream, losses) : tf.scalar(1);
      const gradient = tf.grad(x => tf.sum(tf.mul(loss(x), flow)))(x);
      return { value: numbers(value.dataSync()), upstream: numbers(upstream), gradient: numbers(gradient.dataSync()) };
    } catch (error) {
      return { refused: error.message.split('\n')[0] };
    }
  });
  log(JSON.stringify({ ...arguments_, ...answer }));
}
