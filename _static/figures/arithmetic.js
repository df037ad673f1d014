/* The arithmetic of the figure in float.js: float16, bfloat16 and float32 by rounding, and exact values to compare with.
   tests/browser compares all of it with NumPy, torch and mpmath. */
const Floats = (() => {
  "use strict";

  /* Bits, largest exponent, the decimal digits that a correctly rounded number has right, the sliders' reach. */
  const FORMATS = {
    float16: { bits: 11, top: 15, digits: 3, reach: 20 },
    bfloat16: { bits: 8, top: 127, digits: 2, reach: 120 },
    float32: { bits: 24, top: 127, digits: 7, reach: 120 },
    float64: { bits: 53, top: 1023, digits: 15, reach: 1000 },
  };

  /* ---- The formats: every operation in float64, then rounded once.  (One operation on numbers of at most 24 bits, so
     rounded twice, is what rounding it once would give.) ---- */

  /* The nearest number of the format, ties to even: adding 1.5 · 2^52 leaves no room for a fraction. */
  function nearest(x, { bits, top }) {
    const size = Math.abs(x);
    if (!(size > 0 && size < Infinity)) return x;
    const unit = 2 ** (Math.max(Math.floor(Math.log2(size)), 1 - top) - bits + 1);
    const rounded = (size / unit + 1.5 * 2 ** 52 - 1.5 * 2 ** 52) * unit;
    return Math.sign(x) * (rounded < 2 ** (top + 1) ? rounded : Infinity);
  }

  function rounding(name) {
    if (name === "float64") return (x) => x;
    return name === "float32" ? Math.fround : (x) => nearest(x, FORMATS[name]);
  }

  /* For each method its three values, what each went through on the way, and the divisor of the naive one. */
  function compute(z, round) {
    const add = (terms) => terms.reduce((s, x) => round(s + x));
    const exp = (x) => round(Math.exp(x));
    const m = Math.max(...z),
      d = z.map((zk) => round(zk - m));
    const raw = z.map(exp),
      e = d.map(exp);
    const [total, shiftedTotal] = [add(raw), add(e)];
    const naive = raw.map((x) => round(x / total)),
      shifted = e.map((x) => round(x / shiftedTotal));
    const logTotal = round(Math.log(shiftedTotal));
    const s = add(e.filter((_, k) => k !== d.indexOf(0)));
    const log1p = round(Math.log1p(s));
    const kept = keep(z, m, d, e, round);
    const keptTotal = add(kept.e);
    const t = add(kept.e.filter((_, k) => k !== d.indexOf(0)));
    const keptLog1p = round(Math.log1p(t));
    const whole = kept.e.map((x) => round(x / keptTotal));
    return [
      { values: naive, way: raw.map((x, i) => [x, total, naive[i]]), total },
      { values: shifted, way: e.map((x, i) => [x, shifted[i]]) },
      { values: shifted.map((p) => round(Math.log(p))), way: shifted.map((p) => [p]) },
      { values: d.map((x) => round(x - logTotal)), way: d.map(() => []) },
      { values: d.map((x) => round(x - log1p)), way: d.map(() => [s]) },
      { values: whole, way: kept.e.map((x, i) => [x, whole[i]]) },
      { values: d.map((x, i) => round(x + round(kept.r[i] - keptLog1p))), way: d.map(() => [t]) },
    ];
  }

  /* The rounding error r of d = z - m, exactly (two-sum), and e^(z - m) = e^d + e^d r + ... with it */
  function keep(z, m, d, e, round) {
    const r = z.map((zk, k) => {
      const back = round(d[k] - zk);
      return round(round(zk - round(d[k] - back)) + round(-m - back));
    });
    return { r, e: e.map((x, k) => round(x + round(x * r[k]))) };
  }

  /* ---- The exact values, in whole multiples of 2^-3200: e^-2000 still has 300 bits. ---- */

  const BITS = 3200n,
    ONE = 1n << BITS,
    TENS = 1000n;
  const times = (a, b) => (a * b) >> BITS;
  const size = (x) => (x < 0n ? -x : x);

  /* A double, exactly: a multiple of 2^-1074, which is reached in two steps because 2^1074 is no double. */
  function fixed(x) {
    const tiny = Math.abs(x) < 2 ** -500;
    return BigInt(x * 2 ** 600 * (tiny ? 2 ** 474 : 1)) << (BITS - (tiny ? 1074n : 600n));
  }

  /* e^x for x <= 0: the series at x / 2^16, then squared 16 times */
  function exp(x) {
    let total = 0n;
    for (let term = ONE, n = 1n; term !== 0n; n++) {
      total += term;
      term = times(term, x >> 16n) / n;
    }
    for (let n = 0; n < 16; n++) total = times(total, total);
    return total;
  }

  /* log(1 + s) = 2 (t + t^3/3 + t^5/5 + ...) with t = s / (2 + s) */
  function log1p(s) {
    const t = (s << BITS) / (2n * ONE + s),
      square = times(t, t);
    let total = 0n;
    for (let power = t, n = 1n; power > total >> 200n; power = times(power, square), n += 2n) total += power / n;
    return 2n * total;
  }

  /* Softmax and its logarithm: with class i the largest and s the sum of the others, p_i = 1 / (1 + s) */
  function exact(z) {
    const top = z.indexOf(Math.max(...z)),
      d = z.map((zk) => fixed(zk) - fixed(z[top]));
    const e = d.map(exp),
      s = e.reduce((a, x) => a + x) - e[top];
    return { softmax: e.map((x) => (x << BITS) / (ONE + s)), log: d.map((x) => x - log1p(s)) };
  }

  /* Sign, digits and the exponent of the first digit */
  function decimal(x, count) {
    const all = String((size(x) * 10n ** TENS) >> BITS);
    const digits = String((BigInt(all.slice(0, count + 1)) + 5n) / 10n);
    const carried = digits.length > count;
    return {
      sign: x < 0n ? "−" : "",
      digits: digits.slice(0, count),
      exponent: all.length - Number(TENS) - 1 + carried,
    };
  }

  /* How many of the digits are off by less than one unit in their place */
  function rightDigits(value, truth, { digits, exponent }) {
    const error = (size(fixed(value) - truth) * 10n ** TENS) >> BITS;
    return [...digits].filter((_, j) => error < 10n ** (TENS + BigInt(exponent - j))).length;
  }

  /* Right is within 8 eps.  A number too small for that may still be the nearest one that the format has.  Else a sum that
     was infinite, or a number below the normal range on the way, is to blame. */
  function judge(value, truth, way, { bits, top }) {
    const error = Number.isFinite(value) ? size(fixed(value) - truth) : ONE << BITS;
    if (error << BigInt(bits - 4) < size(truth)) return "right";
    if (2n * error <= fixed(2 ** (2 - top - bits))) return "nearest";
    if (way.includes(Infinity)) return "overflow";
    return way.some((x) => Math.abs(x) < 2 ** (1 - top)) ? "underflow" : "digits lost";
  }

  return { FORMATS, nearest, rounding, compute, fixed, exact, decimal, rightDigits, judge };
})();
