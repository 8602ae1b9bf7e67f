import { randomUUID } from 'node:crypto'
import type { AlarmAction } from '../base/alarm.js'
import type { AnomalyAction } from '../base/anomaly.js'
import type { Clock } from '../base/clock.js'
import type { ForgetAction, OperatorEventAction } from '../base/records.js'

/** An act that has not come through the journal by then: the disk takes nothing. Sooner than a viewer of a cluster gives up. */
const WAIT_MS = 25_000

/** Acts of people: on alarms, on anomalies, statements about machines, and devices that are to be forgotten. */
export type OperatorAction = AlarmAction | AnomalyAction | OperatorEventAction | ForgetAction

/** Hands in what a person does: it goes to the journal like everything else that happens, and is done when it comes out of it. */
export class OperatorActions {
  readonly #clock: Clock
  readonly #send: (content: string) => void
  readonly #waiting = new Map<string, { arrived(): void; refused(): void }>()
  /** Plants of which devices are to be forgotten by acts that have not come through the journal, by id. */
  readonly #removing = new Map<string, string>()

  constructor(clock: Clock, send: (content: string) => void) {
    this.#clock = clock
    this.#send = send
  }

  /** True when it is on the disk and done; false when that takes too long: it may still happen. */
  async submit(
    act:
      | Omit<AlarmAction, 'id'>
      | Omit<AnomalyAction, 'id'>
      | Omit<OperatorEventAction, 'id'>
      | Omit<ForgetAction, 'id'>,
  ): Promise<boolean> {
    const id = randomUUID()
    const answered = new AbortController()
    let isDone = false
    const answer = (isArrived: boolean) => () => {
      isDone = isArrived
      answered.abort()
    }
    this.#waiting.set(id, { arrived: answer(true), refused: answer(false) })
    if (act.what === 'forget') this.#removing.set(id, act.plant)
    this.#send(JSON.stringify({ ...act, id } satisfies OperatorAction))
    await this.#clock.sleep(WAIT_MS, answered.signal)
    this.#waiting.delete(id)
    return isDone
  }

  /** True while an act is on its way by which something of a plant is to go, however long the journal takes for it. */
  isRemoving(plant: string): boolean {
    return [...this.#removing.values()].includes(plant)
  }

  /** The intake could not hand it to the journal: it is not done, and does not hold up others. */
  refused(id: string): void {
    this.#removing.delete(id)
    this.#waiting.get(id)?.refused()
  }

  /** It has come through the journal, and is done. */
  arrived({ id }: Pick<OperatorAction, 'id'>): void {
    this.#removing.delete(id)
    this.#waiting.get(id)?.arrived()
  }
}
