import { BatchSamples } from '../batch-samples.js'
import type { ItemRefusal, StoreBatch } from '../store.js'
import type { Culprit } from './isolate.js'
import { LineBytes, SpareMemory } from './line-bytes.js'
import { alarmLine, forecastLine, type LineProtocolWriter } from './schema.js'

/** Part of a batch that a line stands for. */
export type LineOrigin =
  /** All readings of a sample, or the one at `only`. */
  | { readonly of: 'reading'; readonly index: number; readonly only: number | undefined }
  | { readonly of: 'point'; readonly index: number }
  /** A window that is no more, where the server cannot delete. */
  | { readonly of: 'removed'; readonly index: number }
  /** A change of an alarm, or an interval that was forecast. */
  | { readonly of: 'alarm'; readonly index: number }
  | { readonly of: 'forecast'; readonly index: number }

export interface PackingOptions {
  readonly writer: LineProtocolWriter
  readonly bytesMax: number
  /** Memory for the bodies; each gives its own back when it is released. */
  readonly spare?: SpareMemory
  /** Paths that readings and points are written to; the same path when they share their bodies. */
  readonly paths: { readonly readings: string; readonly points: string }
  /** Windows that nobody makes any more are written over instead of deleted. */
  readonly isMarkingRemoved: boolean
}

/** The lines of one request. Of which sample or point a line is, is a number each: there are hundreds of thousands a second. */
export class WriteRequestBody {
  readonly path: string
  readonly lines: LineBytes
  readonly #spare: SpareMemory
  /** Index of a sample, or -1 less the index of a point; side by side with the lines. */
  readonly #places: number[] = []
  /** Origins that a number does not say, by the place of their line. */
  readonly #others = new Map<number, LineOrigin>()

  constructor(path: string, spare = new SpareMemory()) {
    this.path = path
    this.#spare = spare
    this.lines = new LineBytes(spare)
  }

  /** Ends the line that was written, unless it is too much: then it is the first one of another body, which is the answer. */
  end(place: number, bytesMax: number): WriteRequestBody | null {
    this.lines.end()
    if (this.lines.length === 1 || this.lines.byteLength < bytesMax) {
      this.#places.push(place)
      return null
    }
    const next = new WriteRequestBody(this.path, this.#spare)
    this.lines.moveLast(next.lines)
    next.#places.push(place)
    return next
  }

  addOther(line: string, origin: LineOrigin): void {
    this.#others.set(this.lines.length, origin)
    this.lines.begin()
    this.lines.text(line)
    this.lines.end()
    this.#places.push(0)
  }

  originOf(line: number): LineOrigin {
    const place = this.#places[line] ?? 0
    const whole: LineOrigin =
      place < 0 ? { of: 'point', index: -1 - place } : { of: 'reading', index: place, only: undefined }
    return this.#others.get(line) ?? whole
  }
}

/**
 * A batch as bodies, each made when it is asked for: while one is under way the next is written. What cannot be a line
 * at all is added to `refused`.
 */
export function* bodiesOf(
  batch: StoreBatch,
  packing: PackingOptions,
  refused: ItemRefusal[],
): Generator<WriteRequestBody> {
  const { writer, bytesMax, paths } = packing
  let body = new WriteRequestBody(paths.readings, packing.spare)
  for (let index = 0; index < batch.samples.length; index++) {
    if (!writeSample(body.lines, batch, index, writer)) {
      addReadings(body, batch, index, writer, refused)
      continue
    }
    const next = body.end(index, bytesMax)
    if (next === null) continue
    yield body
    body = next
  }
  if (paths.points !== paths.readings) {
    if (body.lines.length > 0) yield body
    body = new WriteRequestBody(paths.points, packing.spare)
  }
  for (let index = 0; index < batch.points.length; index++) {
    const written = writer.point(batch.points[index]!)
    if ('fault' in written) {
      refused.push({ of: 'point', index, detail: written.fault })
      continue
    }
    body.lines.begin()
    body.lines.text(written.text)
    const next = body.end(-1 - index, bytesMax)
    if (next === null) continue
    yield body
    body = next
  }
  for (const { line, origin } of otherLines(batch)) {
    if (body.lines.length > 0 && body.lines.byteLength + line.length >= bytesMax) {
      yield body
      body = new WriteRequestBody(paths.points, packing.spare)
    }
    body.addOther(line, origin)
  }
  if (packing.isMarkingRemoved) addRemoved(body, batch, writer)
  if (body.lines.length > 0) yield body
}

/** Lines beside readings and points. */
function otherLines({ alarms = [], forecasts = [] }: StoreBatch) {
  const all = [
    ...alarms.map((change, index) => ({ line: alarmLine(change), origin: { of: 'alarm' as const, index } })),
    ...forecasts.map((one, index) => ({ line: forecastLine(one), origin: { of: 'forecast' as const, index } })),
  ]
  return all.flatMap(({ line, origin }) => (line === null ? [] : [{ line, origin }]))
}

/** Begins a line and writes a sample in it; false when it cannot be one. */
function writeSample(lines: LineBytes, { samples }: StoreBatch, index: number, writer: LineProtocolWriter): boolean {
  lines.begin()
  if (samples instanceof BatchSamples) return writer.write(samples, index, lines)
  const written = writer.sample(samples[index]!)
  if ('fault' in written) return false
  lines.text(written.text)
  return true
}

/** Lines that are to be tried again of those that were refused: the readings of samples with several, one by one. */
export function readingLines(
  batch: StoreBatch,
  culprits: readonly Culprit[],
  body: WriteRequestBody,
  writer: LineProtocolWriter,
): { readonly parts: WriteRequestBody; readonly whole: readonly ItemRefusal[] } {
  const parts = new WriteRequestBody(body.path)
  const refused: ItemRefusal[] = []
  const alone: Culprit[] = []
  for (const culprit of culprits) {
    const origin = body.originOf(culprit.index)
    const isOfSeveral = origin.of === 'reading' && (batch.samples.at(origin.index)?.metrics.length ?? 0) > 1
    if (isOfSeveral) addReadings(parts, batch, origin.index, writer, refused)
    else alone.push(culprit)
  }
  return { parts, whole: [...refused, ...refusalsOf(batch, alone, body)] }
}

/**
 * Culprits as what they are in the batch. A window that is no more and cannot be said to be so is nobody's loss; a
 * change of an alarm, or a forecast, that a server refuses is on the disk here and in the API.
 */
export function refusalsOf(batch: StoreBatch, culprits: readonly Culprit[], body: WriteRequestBody): ItemRefusal[] {
  return culprits.flatMap(({ index, detail }): ItemRefusal[] => {
    const origin = body.originOf(index)
    if (origin.of === 'removed' || origin.of === 'alarm' || origin.of === 'forecast') return []
    if (origin.of === 'point') return [{ of: 'point', index: origin.index, detail }]
    const metric = batch.samples.at(origin.index)?.metrics[origin.only ?? 0] ?? ''
    return [{ of: 'reading', index: origin.index, metric, detail }]
  })
}

function addReadings(
  body: WriteRequestBody,
  batch: StoreBatch,
  index: number,
  writer: LineProtocolWriter,
  refused: ItemRefusal[],
): void {
  const sample = batch.samples.at(index)
  if (sample === undefined) return
  for (const [only, metric] of sample.metrics.entries()) {
    const written = writer.sample(sample, only)
    if ('text' in written) body.addOther(written.text, { of: 'reading', index, only })
    else refused.push({ of: 'reading', index, metric, detail: written.fault })
  }
}

function addRemoved(body: WriteRequestBody, { erased, points }: StoreBatch, writer: LineProtocolWriter): void {
  const again = new Map(points.map((point) => [point.stream, new Set<number>()]))
  for (const { stream, startMs } of points) again.get(stream)?.add(startMs)
  for (const [index, window] of erased.entries()) {
    if (again.get(window.stream)?.has(window.startMs) === true) continue
    const written = writer.removed(window)
    if ('text' in written) body.addOther(written.text, { of: 'removed', index })
  }
}
