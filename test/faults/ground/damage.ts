import { START } from '../../../src/journal/cursor.js'
import { segmentPath } from '../../../src/journal/segment.js'
import { JournalError, SegmentLog } from '../../../src/journal/segment-log.js'
import { SimulatedDisk } from '../../support/simulated-disk.js'
import { append, DIR, Model, OPTIONS, readAll } from './journal-life.js'

const RECORDS = 12
const RECORD_BYTES_MAX = 900

/**
 * A journal of which one acknowledged byte is another after a restart; null when nothing is read that was not written, and
 * what cannot be read any more is complained of.
 */
export function lifeWithDamage(seed: number, change: (disk: SimulatedDisk) => void = () => undefined): string | null {
  const disk = new SimulatedDisk(seed)
  change(disk)
  const model = new Model()
  let log = SegmentLog.open(disk, DIR, OPTIONS)
  for (let i = 0; i < RECORDS; i++) append(log, model, [textOf(disk, i)])
  // The newest record is left alone: where it is damaged, the disk cannot tell it from one that was never acknowledged.
  const { segment, offset } = log.end
  append(log, model, [textOf(disk, RECORDS)])
  const damaged = 1 + disk.pick(segment - 1)
  const fd = disk.open(segmentPath(DIR, damaged))
  const sizeBytes = damaged === segment ? offset : disk.sizeBytes(fd)
  disk.close(fd)
  disk.damage(segmentPath(DIR, damaged), disk.pick(sizeBytes - 1))
  disk.killProcess()
  try {
    log = SegmentLog.open(disk, DIR, OPTIONS)
  } catch (error) {
    if (error instanceof JournalError) return error.message
    throw error
  }
  // A gateway writes on at once; what lies before that is complained of then.
  append(log, model, [textOf(disk, RECORDS + 1)])
  const { found, damage } = readAll(disk, log, START)
  const written = new Set(model.acknowledged.map(({ text }) => text))
  const invented = found.find(({ text }) => !written.has(text))
  if (invented !== undefined) return `${invented.text.slice(0, 20)} was never written`
  return found.length < written.size && damage === null ? 'a record is gone and nobody says so' : null
}

function textOf(disk: SimulatedDisk, i: number) {
  return { text: `${i} `.padEnd(8 + disk.pick(RECORD_BYTES_MAX), 'z'), messages: 1 }
}
