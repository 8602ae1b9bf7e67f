import { readSecret } from '../../access/secret.js'
import { answerTo } from '../../base/hj212/answer.js'
import { type CrcLetters, readFrame, writeFrame } from '../../base/hj212/frame.js'
import { readSegment } from '../../base/hj212/segment.js'
import { hj212Topic } from '../../base/hj212/topic.js'
import type { Hj212Options, Hj212Station } from '../../base/options/hj212.js'
import type { FrameResult } from '../stats.js'

/** Decision of the ingress on a sound frame. */
export interface FrameVerdict {
  readonly result: FrameResult
  /** Under which it is journaled. */
  readonly topic: string
  /** The station, when the frame is its own. */
  readonly mn: string | null
  /** Frame that it is answered with when it is durable; null for none. */
  readonly answer: Uint8Array | null
}

/** A password is read from its file again at most so often, however many wrong ones come. */
const READ_AGAIN_MS = 1000

interface Known {
  readonly crc: CrcLetters
  isPassword(sent: string | undefined): boolean
}

/** The data loggers that may come in. */
export class Stations {
  #byMn: ReadonlyMap<string, Known>

  /** Throws when the file of a password cannot be read. */
  constructor(stations: Hj212Options['stations']) {
    this.#byMn = knownOf(stations)
  }

  /** Puts others in force, for those who are connected too. Throws as the constructor does: then those of before hold. */
  replace(stations: Hj212Options['stations']): void {
    this.#byMn = knownOf(stations)
  }

  judge(bytes: Buffer): FrameVerdict {
    const frame = readFrame(bytes)!
    const segment = readSegment(frame.segment)
    const mn = segment.head.get('MN')
    const station = this.#byMn.get(mn ?? '')
    if (mn === undefined || station === undefined) return turnedAway('unknown_station', hj212Topic(mn))
    // Asked first: what is wrong with a frame is said of the station, and of it alone who knows its password says something.
    if (!station.isPassword(segment.head.get('PW'))) return turnedAway('wrong_password', hj212Topic(mn, true))
    if (frame.crcLetters !== 'none' && frame.crcLetters !== station.crc) return turnedAway('bad', hj212Topic(mn))
    const answer = answerTo(segment)
    return {
      result: 'taken',
      topic: hj212Topic(mn),
      mn,
      answer: answer === null ? null : writeFrame(answer, station.crc),
    }
  }
}

function turnedAway(result: FrameResult, topic: string): FrameVerdict {
  return { result, topic, mn: null, answer: null }
}

function knownOf(stations: Hj212Options['stations']): ReadonlyMap<string, Known> {
  return new Map(stations.map((station) => [station.mn, { crc: station.crc, isPassword: passwordOf(station) }]))
}

function passwordOf({ mn, password, password_file: file }: Hj212Station): Known['isPassword'] {
  if (password === undefined && file === undefined) return () => true
  const read = (): string =>
    readSecret({ value: password, file, fileSetting: `password_file of the station ${mn} of hj212` })
  let current = read()
  let readAtMs = performance.now()
  return (sent) => {
    if (sent === current) return true
    if (file === undefined || performance.now() - readAtMs < READ_AGAIN_MS) return false
    readAtMs = performance.now()
    try {
      current = read()
    } catch {
      // A file that is being replaced: the one of before holds until there is another.
      return false
    }
    return sent === current
  }
}
