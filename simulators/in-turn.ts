export interface Turns<Device, Count> {
  plantOf(device: Device): unknown
  /** Plays a device, and says of it when it is in the present. */
  play(device: Device, backfilled: () => void): Promise<Count>
  /** Resolves when all that was sent is computed. */
  computed(): Promise<void>
  readonly stop: AbortSignal
}

/**
 * Plays plants one after the other, each when the past of the one before is sent and computed, so that the first is live while the others are
 * still being filled. Once they are stopped all begin, to say what they have to say at an end. The answers are in the order of the devices.
 *
 * @param devices those of a plant stand together, and each has a past
 */
export function inTurn<Device, Count>(
  devices: readonly Device[],
  { plantOf, play, computed, stop }: Turns<Device, Count>,
): readonly Promise<Count>[] {
  let turn: Promise<unknown> = Promise.resolve()
  return [...new Set(devices.map(plantOf))].flatMap((plant) => {
    const own = devices.filter((one) => plantOf(one) === plant)
    const begun = turn
    const isFilled = new AbortController()
    let filling = own.length
    const backfilled = () => {
      if (--filling === 0) isFilled.abort()
    }
    turn = aborted(AbortSignal.any([isFilled.signal, stop])).then(computed)
    return own.map((one) => begun.then(() => play(one, backfilled)))
  })
}

/** Resolves when a signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
