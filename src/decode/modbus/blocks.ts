import type { RegisterBlock } from '../../base/modbus.js'

/**
 * The fewest requests that read some registers: what lies together is read together, and a gap of up to `gapMax`
 * registers is read along. No request is longer than `blockMax`, and no value is split between two.
 */
export function blocksOf(
  spans: readonly RegisterBlock[],
  { gapMax, blockMax }: { readonly gapMax: number; readonly blockMax: number },
): RegisterBlock[] {
  const sorted = [...spans].sort((a, b) => a.fc - b.fc || a.address - b.address)
  const blocks: RegisterBlock[] = []
  for (const span of sorted) {
    const last = blocks.at(-1)
    if (last !== undefined && last.fc === span.fc && span.address - endOf(last) <= gapMax) {
      const count = Math.max(endOf(last), endOf(span)) - last.address
      if (count <= blockMax) {
        blocks[blocks.length - 1] = { ...last, count }
        continue
      }
    }
    blocks.push(span)
  }
  return blocks
}

function endOf({ address, count }: RegisterBlock): number {
  return address + count
}
