import type { SampleColumns, WordColumns } from '../../base/samples.js'
import { orderOf } from './fold.js'
import { isUsable, type Samples } from './samples.js'
import type { SeriesState } from './series-state.js'

/** Readings as they are stored, as the samples that the fold over a series takes. The same for every source of readings. */

/** As many usable samples after a range as any decision in it can look at. */
export const LOOKAHEAD_SAMPLES = 12

/** Registers and levels: in the metric's unit, and what was corrected as it counts. */
export function scaled<S extends Samples>(samples: S, series: SeriesState): S | SampleColumns {
  const isPlain = series.rulebook.every(({ rules }) => rules.multiplier === 1 && rules.corrections.isEmpty)
  if (isPlain) return samples
  const { ts, value, quality, marks } = samples
  return {
    ts: Array.from(ts),
    value: Array.from(value, (one, i) => series.sampleOf(0, ts[i]!, one)),
    quality: Array.from(quality, (one, i) => series.qualityOf(ts[i]!, value[i]!, one)),
    marks: Array.from(marks),
  }
}

/** The mode of a robot: the part of it that is automatic. */
export function modes({ ts, value, quality, marks }: WordColumns, series: SeriesState): SampleColumns {
  return {
    ts: Array.from(ts),
    value: Array.from(value, (word, i) => series.sampleOf(0, ts[i]!, word)),
    quality: Array.from(quality),
    marks: Array.from(marks),
  }
}

/** Stretches of the inputs of one series as one list: in order of time, at one instant in that of the inputs. */
export function merged(
  parts: readonly { readonly input: number; readonly words: WordColumns }[],
  series: SeriesState,
): SampleColumns {
  const samples: { ts: number; value: number; quality: number; marks: number }[] = []
  for (const { input, words } of parts) {
    for (let i = 0; i < words.ts.length; i++) {
      const ts = words.ts[i]!
      const value = series.sampleOf(input, ts, words.value[i]!)
      samples.push({ ts, value, quality: words.quality[i]!, marks: words.marks[i]! })
    }
  }
  samples.sort((a, b) => a.ts - b.ts || orderOf(series.now.rules, a.value) - orderOf(series.now.rules, b.value))
  return {
    ts: samples.map((sample) => sample.ts),
    value: samples.map((sample) => sample.value),
    quality: samples.map((sample) => sample.quality),
    marks: samples.map((sample) => sample.marks),
  }
}

/** Counts the usable samples from an instant on. */
export function usableFrom(samples: Samples, fromMs: number): number {
  let count = 0
  for (let i = samples.ts.length - 1; i >= 0 && samples.ts[i]! >= fromMs; i--) if (isUsable(samples, i)) count++
  return count
}
