import type { Socket } from 'node:net'
import { hj212Topic } from '../../base/hj212/topic.js'
import type { Hj212Options } from '../../base/options/hj212.js'
import type { JournalBacklog } from '../backlog.js'
import type { Journaling } from '../journaling.js'
import type { Held, PressedFlow, Pressure } from '../pressure.js'
import type { FrameResult, IntakeStats } from '../stats.js'
import { type FramePiece, FrameScanner } from './scanner.js'
import type { Stations } from './stations.js'

/** A connection is not read while more than this of it waits for the journal, or as much of its answers is unread. */
const WAITING_BYTES_MAX = 64 * 1024

export interface Hj212ConnectionDeps {
  readonly options: Hj212Options
  readonly stations: Stations
  readonly journaling: Journaling
  readonly backlog: JournalBacklog
  readonly stats: IntakeStats
  /** Bounds what it may send of its past while figures are late; null for no bound. */
  readonly pressure: Pressure | null
  /** Told of each frame what became of it, and of a connection that is closed for its frames. */
  readonly say: (what: FrameResult | 'closed', about: object) => void
  /** The first of its frames is taken; false when there is no place for it. */
  readonly mayStay: (connection: Hj212Connection, mn: string) => boolean
}

/**
 * One data logger: its frames into the journal, the answers back when the journal has said that they are on the disk.
 * What it costs in memory is bounded: a frame that is not whole, what waits for the journal, answers that are not read.
 */
export class Hj212Connection {
  readonly #scanner: FrameScanner
  readonly #client: string
  readonly #resume = (): void => this.#readOn()
  /** Bytes that wait for the journal. */
  #waiting = 0
  #refusedInARow = 0
  /** MN of the station whose frames came last; damaged ones are taken to be of the same. */
  #mn: string | null = null
  /** Times when the frame that is not whole began to come, and when anything came last; monotonic ms. */
  #heldSinceMs = 0
  #heardMs = performance.now()
  #isEnded = false
  readonly #flow: PressedFlow | null
  /** There is no room for more of its past. */
  #isPressed = false
  readonly #pressed: Held = {
    readOn: () => {
      this.#isPressed = false
      this.#readOn()
    },
  }

  constructor(
    private readonly socket: Socket,
    private readonly deps: Hj212ConnectionDeps,
  ) {
    this.#client = `hj212:${socket.remoteAddress ?? ''}`
    this.#flow = deps.pressure?.flowOf('hj212', this.#client) ?? null
    this.#scanner = new FrameScanner(deps.options.frame_bytes_max)
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('end', () => this.#end())
    socket.on('drain', this.#resume)
    // A network that broke is everyday life; what was not answered comes again.
    socket.on('error', () => {})
    socket.on('close', () => {
      deps.backlog.forget(this.#resume)
      this.#flow?.forget(this.#pressed)
    })
  }

  /** MN of the station whose frames come; null before the first that was taken. */
  get station(): string | null {
    return this.#mn
  }

  /** Something of it is still on its way: to the journal, or back. */
  get isBusy(): boolean {
    return this.#waiting > 0 || this.socket.writableLength > 0
  }

  /** Closes it when it has been silent, or in the middle of a frame, for too long. Asked once a second. */
  look(nowMs: number): void {
    const { frame_s, idle_s } = this.deps.options
    // A data logger that is not read, or not answered, because journal or figures are slow is not late.
    if (this.#waiting > 0 || this.deps.backlog.isFull || this.#isPressed) this.#heldSinceMs = this.#heardMs = nowMs
    else if (this.#scanner.heldBytes > 0 && nowMs - this.#heldSinceMs > frame_s * 1000) {
      this.#takeRest()
      this.#close(`a frame was not whole after ${frame_s} s`)
    } else if (nowMs - this.#heardMs > idle_s * 1000) this.#close(`nothing came for ${idle_s} s`)
  }

  stopReading(): void {
    this.socket.pause()
    this.#isEnded = true
  }

  destroy(): void {
    this.socket.destroy()
  }

  #take(chunk: Buffer): void {
    const nowMs = performance.now()
    if (this.#scanner.heldBytes === 0) this.#heldSinceMs = nowMs
    this.#heardMs = nowMs
    this.#scanner.push(chunk)
    let frames = 0
    for (let piece = this.#scanner.next(); piece !== null; piece = this.#scanner.next()) {
      this.#heldSinceMs = nowMs
      this.#takePiece(piece)
      if (this.socket.destroyed) return
      frames++
    }
    this.#press(frames, nowMs)
    this.#readOn()
  }

  #press(frames: number, nowMs: number): void {
    const past = this.#flow?.press(frames, nowMs) ?? 0
    if (past === 0 || this.#isPressed) return
    this.#isPressed = true
    this.#flow?.hold(this.#pressed, past)
  }

  #takePiece({ isSound, bytes }: FramePiece): void {
    const { stations, stats, say, options } = this.deps
    const { result, topic, mn, answer } = isSound
      ? stations.judge(bytes)
      : { result: 'bad' as const, topic: hj212Topic(this.#mn), mn: null, answer: null }
    stats.frameCame(result)
    if (result === 'taken') {
      if (this.#mn === null && !this.deps.mayStay(this, mn!)) {
        this.socket.destroy()
        return
      }
      this.#mn = mn
    }
    say(result, { client: this.#client, topic })
    this.#refusedInARow = result === 'taken' ? 0 : this.#refusedInARow + 1
    this.#journal(topic, bytes, answer)
    if (this.#refusedInARow < options.refused_max) return
    this.#close(`${this.#refusedInARow} frames came in a row that were not taken`)
  }

  #journal(topic: string, bytes: Buffer, answer: Uint8Array | null): void {
    this.#waiting += bytes.length
    // QoS stands for whether an answer is owed, as in a PUBLISH.
    const publication = { topic, payload: bytes, qos: answer === null ? (0 as const) : (1 as const), retain: false }
    this.deps.journaling.take(this.#client, publication, (error) => {
      this.#waiting -= bytes.length
      if (this.socket.destroyed) return
      if (error !== null) {
        this.socket.destroy()
        return
      }
      if (answer !== null) this.socket.write(answer)
      if (this.#isEnded && this.#waiting === 0) this.socket.end()
      else if (this.socket.isPaused()) this.#readOn()
    })
  }

  #readOn(): void {
    const { backlog } = this.deps
    if (this.#isEnded || this.socket.destroyed) return
    if (backlog.isFull) backlog.whenRoom(this.#resume)
    const isClogged = this.#waiting > WAITING_BYTES_MAX || this.socket.writableLength > WAITING_BYTES_MAX
    if (isClogged || backlog.isFull || this.#isPressed) this.socket.pause()
    else if (this.socket.isPaused()) this.socket.resume()
  }

  #takeRest(): void {
    const rest = this.#scanner.rest()
    if (rest !== null) this.#takePiece(rest)
  }

  /** It sends no more, but may still wait for answers. */
  #end(): void {
    this.#takeRest()
    this.#isEnded = true
    if (this.#waiting === 0) this.socket.end()
  }

  #close(reason: string): void {
    if (this.socket.destroyed) return
    this.deps.say('closed', { client: this.#client, station: this.#mn, reason })
    this.socket.destroy()
  }
}
