/**
 * Splits an amount by how long each of some things lasted, and adds the shares to `into`, in order. Where nothing lasted
 * at all, all of it goes to the last one. The shares come to the amount but for the rounding of each: no share takes the
 * rest, so that none depends on the order.
 * @returns how many of them have a share
 */
export function allocate(amount: number, lasted: Float64Array, into: Float64Array): number {
  let total = 0
  for (const ms of lasted) total += ms
  if (total <= 0) {
    into[into.length - 1]! += amount
    return 1
  }
  let shares = 0
  for (let k = 0; k < lasted.length; k++) {
    if (lasted[k]! <= 0) continue
    shares++
    into[k]! += (amount * lasted[k]!) / total
  }
  return shares
}
