import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { inclusionProof, isIncluded, leafHash, MerkleTree } from '../../../../src/audit/ledger/merkle.js'

/** The definition of RFC 6962 §2.1, word for word. */
function rootOf(lines: readonly string[]): Buffer {
  if (lines.length === 0) return sha256()
  if (lines.length === 1) return sha256(Buffer.of(0), Buffer.from(lines[0]!))
  let k = 1
  while (k * 2 < lines.length) k *= 2
  return sha256(Buffer.of(1), rootOf(lines.slice(0, k)), rootOf(lines.slice(k)))
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest()
}

const linesUpTo = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}, ${i % 3 === 0 ? '电' : 'x'}`)

test('the root of a tree of any size is that of RFC 6962', () => {
  const tree = new MerkleTree()
  expect(tree.root()).toBe(rootOf([]).toString('hex'))
  for (const [i, line] of linesUpTo(70).entries()) {
    tree.add(line)
    expect(tree.root()).toBe(rootOf(linesUpTo(i + 1)).toString('hex'))
  }
})

test('the published tree of eight leaves has its published root', () => {
  // Test vectors of Certificate Transparency (RFC 6962 reference implementation, merkletree/merkle_tree_test).
  const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  const tree = new MerkleTree()
  for (const leaf of leaves) tree.add(Buffer.from(leaf, 'hex'))
  expect(tree.root()).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
})

test('a text stands for its bytes', () => {
  expect(leafHash('电')).toBe(leafHash(Buffer.from('电')))
})

test('every line of every tree can be proven, at its place alone', async () => {
  for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 16, 21]) {
    const lines = linesUpTo(size)
    const root = rootOf(lines).toString('hex')
    for (const [index, line] of lines.entries()) {
      const proof = await inclusionProof(lines, index, size)
      expect(isIncluded(line, { index, size }, proof, root)).toBe(true)
      expect(isIncluded(`${line}.`, { index, size }, proof, root)).toBe(false)
      if (size > 1) expect(isIncluded(line, { index: (index + 1) % size, size }, proof, root)).toBe(false)
      if (proof.length > 0) expect(isIncluded(line, { index, size }, proof.slice(1), root)).toBe(false)
      expect(isIncluded(line, { index, size }, [...proof, root], root)).toBe(false)
    }
  }
})

test('no proof is made for a line that is not there', async () => {
  await expect(inclusionProof(linesUpTo(3), 3, 3)).rejects.toThrow(RangeError)
  await expect(inclusionProof(linesUpTo(3), 1, 4)).rejects.toThrow(RangeError)
})
