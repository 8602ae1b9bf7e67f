/** Something that holds from an instant on, until the next one of its list that has begun holds instead. */
interface Dated {
  /** Epoch ms. The first one of a list holds for all time before it too. */
  readonly fromMs: number
}

/** So few are looked through faster than they are searched. */
const FEW = 8

/** The earliest begin of an element and all behind it, which only grows: a clock that was set back makes begins fall. */
const EARLIEST = new WeakMap<readonly Dated[], Float64Array>()

/** Place of the one of a list that is in force at an instant: the last that has begun, whatever the order of the begins. */
export function placeInForce(list: readonly Dated[], ms: number): number {
  let high = list.length - 1
  if (high <= 0 || list[high]!.fromMs <= ms) return high
  if (list.length <= FEW) {
    while (high > 0 && list[high]!.fromMs > ms) high--
    return high
  }
  const earliest = earliestOf(list)
  let low = 0
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (earliest[middle]! <= ms) low = middle
    else high = middle - 1
  }
  return low
}

/** The one of a list that is in force at an instant. */
export function inForceAt<T extends Dated>(list: readonly T[], ms: number): T {
  return list[placeInForce(list, ms)]!
}

/** Instant from which the one at a place is in force no more, epoch ms; Infinity for the last. Before its begin where it never is. */
export function endInForceMs(list: readonly Dated[], place: number): number {
  return earliestOf(list)[place + 1] ?? Infinity
}

function earliestOf(list: readonly Dated[]): Float64Array {
  let earliest = EARLIEST.get(list)
  if (earliest === undefined) {
    earliest = new Float64Array(list.length)
    let ms = Infinity
    for (let i = list.length - 1; i >= 0; i--) {
      ms = Math.min(ms, list[i]!.fromMs)
      earliest[i] = ms
    }
    EARLIEST.set(list, earliest)
  }
  return earliest
}
