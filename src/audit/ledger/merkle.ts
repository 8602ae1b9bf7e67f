import { hash } from 'node:crypto'

/**
 * A Merkle tree over lines. Source of its shape: RFC 6962 §2.1 (the same as RFC 9162 §2.1.1): a leaf is
 * SHA-256(0x00 ‖ line), a node SHA-256(0x01 ‖ left ‖ right), the left half of n leaves is the largest power of two below
 * n, and the root of no leaves is SHA-256 of nothing. Hashes are hex outside of this file.
 */

/** 32 bytes as a string of so many characters: for a hash of a few bytes three times as fast as a buffer for each. */
type Raw = string

const NODE_BYTES = 65
const node = Buffer.alloc(NODE_BYTES, 1)

function leafOf(line: string | Uint8Array): Raw {
  return hash('sha256', typeof line === 'string' ? `\0${line}` : Buffer.concat([ZERO, line]), 'binary')
}

const ZERO = Buffer.of(0)

function nodeOf(left: Raw, right: Raw): Raw {
  node.write(left, 1, 'latin1')
  node.write(right, 33, 'latin1')
  return hash('sha256', node, 'binary')
}

function toHex(raw: Raw): string {
  return Buffer.from(raw, 'latin1').toString('hex')
}

function fromHex(hex: string): Raw {
  return Buffer.from(hex, 'hex').toString('latin1')
}

/** The hash of a line as a leaf, hex. */
export function leafHash(line: string | Uint8Array): string {
  return toHex(leafOf(line))
}

/** A tree that is fed line by line and keeps one hash for each power of two that its size is made of. */
export class MerkleTree {
  /** Roots of full subtrees, largest first. */
  readonly #roots: Raw[] = []
  #size = 0

  /** Lines so far. */
  get size(): number {
    return this.#size
  }

  /** A text stands for its bytes in UTF-8. */
  add(line: string | Uint8Array): void {
    let top = leafOf(line)
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) top = nodeOf(this.#roots.pop()!, top)
    this.#roots.push(top)
    this.#size += 1
  }

  /** Hex. More lines may follow. */
  root(): string {
    const last = this.#roots.at(-1)
    if (last === undefined) return hash('sha256', '', 'hex')
    return toHex(this.#roots.slice(0, -1).reduceRight((right, left) => nodeOf(left, right), last))
  }
}

/**
 * Proof that one line is in a tree: the roots of the subtrees beside its way to the top, lowest first, hex. Reads the
 * lines once, in constant memory. Throws a `RangeError` when there are not `size` of them.
 */
export async function inclusionProof(
  lines: AsyncIterable<string> | Iterable<string>,
  index: number,
  size: number,
): Promise<readonly string[]> {
  const spans = spansBeside(index, 0, size)
  const trees = spans.map((span) => ({ span, tree: new MerkleTree() })).sort((a, b) => a.span.from - b.span.from)
  let at = 0
  let next = 0
  for await (const line of lines) {
    while (next < trees.length && at >= trees[next]!.span.to) next += 1
    if (at !== index) trees[next]?.tree.add(line)
    at += 1
  }
  if (at !== size || index < 0 || index >= size) throw new RangeError(`line ${index} of ${size}: there are ${at} lines`)
  const roots = new Map(trees.map(({ span, tree }) => [span.from, tree.root()]))
  return spans.map(({ from }) => roots.get(from)!)
}

/** True when a line stands at `index` in the tree of `size` lines with this root. Source: RFC 9162 §2.1.3.2. */
export function isIncluded(
  line: string | Uint8Array,
  place: { readonly index: number; readonly size: number },
  proof: readonly string[],
  root: string,
): boolean {
  if (place.index < 0 || place.index >= place.size) return false
  let at = place.index
  let last = place.size - 1
  let top = leafOf(line)
  for (const beside of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      top = nodeOf(fromHex(beside), top)
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2)
        last = Math.floor(last / 2)
      }
    } else top = nodeOf(top, fromHex(beside))
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && toHex(top) === root
}

interface Span {
  readonly from: number
  readonly to: number
}

/** Spans of the subtrees beside the way of a leaf to the top of the tree over [from, to), lowest first. */
function spansBeside(index: number, from: number, to: number): readonly Span[] {
  if (to - from <= 1) return []
  let left = 1
  while (left * 2 < to - from) left *= 2
  const middle = from + left
  return index < middle
    ? [...spansBeside(index, from, middle), { from: middle, to }]
    : [...spansBeside(index, middle, to), { from, to: middle }]
}
