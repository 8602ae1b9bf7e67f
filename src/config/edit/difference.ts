/** Differences of texts, line by line. */

export interface DifferenceLine {
  readonly kind: 'same' | 'added' | 'removed'
  /** Number of the line in the text that has it, the new one where both do; from 1. */
  readonly line: number
  readonly text: string
}

/** Lines around a difference that are shown with it. */
const CONTEXT_LINES = 3
/** More cells than this are not compared: what lies between the first and the last difference is then another text. */
const CELLS_MAX = 4_000_000

/** The lines that differ, with some around them; empty where the texts are equal. */
export function differingLines(before: string, after: string): readonly DifferenceLine[] {
  if (before === after) return []
  const [old, now] = [before.split('\n'), after.split('\n')]
  const shorter = Math.min(old.length, now.length)
  let head = 0
  while (head < shorter && old[head] === now[head]) head++
  let tail = 0
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++
  const same = (from: number, to: number): DifferenceLine[] =>
    now.slice(from, to).map((text, i) => ({ kind: 'same', line: from + i + 1, text }))
  const all = [
    ...same(0, head),
    ...between(old.slice(head, old.length - tail), now.slice(head, now.length - tail), head),
    ...same(now.length - tail, now.length),
  ]
  const isNear = all.map(() => false)
  all.forEach(({ kind }, index) => {
    if (kind !== 'same') isNear.fill(true, Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1)
  })
  return all.filter((_, index) => isNear[index])
}

/** The shortest way from one list of lines to the other, by their longest common subsequence. */
function between(old: readonly string[], now: readonly string[], offset: number): DifferenceLine[] {
  const gone = (i: number): DifferenceLine => ({ kind: 'removed', line: offset + i + 1, text: old[i]! })
  const come = (j: number): DifferenceLine => ({ kind: 'added', line: offset + j + 1, text: now[j]! })
  if (old.length * now.length > CELLS_MAX) return [...old.map((_, i) => gone(i)), ...now.map((_, j) => come(j))]
  const width = now.length + 1
  const common = new Uint32Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const [below, right] = [common[(i + 1) * width + j]!, common[i * width + j + 1]!]
      common[i * width + j] = old[i] === now[j] ? common[(i + 1) * width + j + 1]! + 1 : Math.max(below, right)
    }
  }
  const lines: DifferenceLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: 'same', line: offset + j + 1, text: now[j]! })
      i++
      j++
    } else if (j >= now.length || (i < old.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      lines.push(gone(i++))
    } else lines.push(come(j++))
  }
  return lines
}
