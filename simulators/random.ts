import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** FNV-1a, 32 bit: neighbouring keys must not give neighbouring seeds. */
function hash(text: string): number {
  let sum = 0x811c9dc5
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193)
  return sum
}

/** Numbers in [0, 1) that depend on the key alone, such as (seed, device, day). */
export function randomStream(...key: readonly (string | number)[]): () => number {
  const generator = xoroshiro128plus(hash(key.join('/')))
  return () => uniformFloat64(generator)
}

/** A number of the standard normal distribution, made of two of a stream. Source: Box and Muller. */
export function normal(random: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()))
  return radius * Math.cos(2 * Math.PI * random())
}

/** The numbers 0 to length − 1, in an order that depends on the seed alone: Fisher and Yates. */
export function permutation(length: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i)
  const generator = xoroshiro128plus(hash(`permutation/${seed}`))
  for (let i = length - 1; i > 0; i--) {
    const j = uniformInt(generator, 0, i)
    const moved = order[i]!
    order[i] = order[j]!
    order[j] = moved
  }
  return order
}
