import { describe, expect, test } from 'vitest'
import { FairQueue } from '../../../src/access/places/fair-queue.js'
import { originOf } from '../../../src/access/places/origin.js'
import { Places } from '../../../src/access/places/places.js'

test.each([
  ['10.0.7.1', '10.0.7.1', '10.0.7.0/24'],
  ['::ffff:10.0.7.1', '10.0.7.1', '10.0.7.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['2001:0db8::6', '2001:db8:0:0::/64', '2001:db8:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
  ['::1', '0:0:0:0::/64', '0:0:0::/48'],
  [undefined, '', ''],
])('%s is of %s in %s', (address, host, network) => expect(originOf(address)).toEqual({ host, network }))

/** Lets the addresses in one by one; above `placesMax` the oldest of those with the most goes. Gives who is gone, and who is left. */
function crowd(placesMax: number, addresses: readonly string[], known: readonly string[] = []) {
  const places = new Places<string>()
  const gone: string[] = []
  addresses.forEach((address, i) => {
    places.enter(`${address} ${i}`, originOf(address), known.includes(address))
    if (places.size <= placesMax) return
    const goes = places.oldestOfMost!
    places.leave(goes)
    gone.push(goes)
  })
  return { gone, left: [...places.all()] }
}

describe('when places run short', () => {
  test('the oldest goes of the address with the most, and who comes from elsewhere stays', () => {
    const { gone, left } = crowd(3, ['10.0.0.1', '10.0.0.1', '10.9.0.1', '10.0.0.1', '10.0.0.1'])
    expect(gone).toEqual(['10.0.0.1 0', '10.0.0.1 1'])
    expect(left).toEqual(['10.9.0.1 2', '10.0.0.1 3', '10.0.0.1 4'])
  })

  test('a network with many addresses takes places from itself', () => {
    const network = Array.from({ length: 100 }, (_, i) => `10.0.0.${i}`)
    const { left } = crowd(20, ['192.168.1.1', '192.168.1.1', ...network])
    expect(left.filter((one) => one.startsWith('192.168.1.1'))).toHaveLength(2)
  })

  test('of many networks with one place each those go from which nobody has proved themselves', () => {
    const networks = Array.from({ length: 50 }, (_, i) => `10.0.${i}.1`)
    const { left } = crowd(10, ['192.168.1.1', ...networks], ['192.168.1.1'])
    expect(left[0]).toBe('192.168.1.1 0')
    expect(left.slice(1)).toEqual(networks.slice(-9).map((address, i) => `${address} ${42 + i}`))
  })

  test('one from which somebody has proved themselves has no right to all of them', () => {
    const { left } = crowd(10, ['10.0.0.1', ...Array<string>(100).fill('192.168.1.1')], ['192.168.1.1'])
    expect(left[0]).toBe('10.0.0.1 0')
  })
})

test('a hundred thousand come and go for well under a second of the processor', () => {
  const places = new Places<number>()
  const before = process.cpuUsage()
  for (let i = 0; i < 100_000; i++) {
    places.enter(i, originOf(`10.${i % 7}.${i % 211}.${i % 251}`))
    if (places.size > 1000) places.leave(places.oldestOfMost!)
  }
  expect([places.size, process.cpuUsage(before).user < 5_000_000]).toEqual([1000, true])
})

test('who came last of those who take the most is found in a few steps, however many they are', () => {
  const places = new Places<number>()
  const origin = originOf('10.0.0.1')
  for (let i = 0; i < 10_000; i++) places.enter(i, origin)
  // Whoever came first has come again, and of the others every second has left.
  for (let i = 0; i < 3000; i++) places.enter(i, origin)
  for (let i = 3000; i < 10_000; i += 2) places.leave(i)
  const steps = stepsOf(() => {
    for (let i = 0; i < 1000; i++) {
      places.enter(20_000 + i, origin)
      expect(places.newestOfMost).toBe(20_000 + i)
      places.leave(20_000 + i)
    }
    expect(places.newestOfMost).toBe(2999)
  })
  expect(steps).toBeLessThan(20 * 1000)
  const gone: (number | undefined)[] = []
  for (let newest = places.newestOfMost; newest !== undefined; newest = places.newestOfMost) {
    places.leave(newest)
    gone.push(newest)
  }
  const [again, odd] = [gone.slice(0, 3000), gone.slice(3000)]
  expect(again).toEqual(Array.from({ length: 3000 }, (_, i) => 2999 - i))
  expect(odd).toEqual(Array.from({ length: 3500 }, (_, i) => 9999 - 2 * i))
})

/** Number of steps that all iterators of sets make while `act` runs. */
function stepsOf(act: () => void): number {
  const iterator = Object.getPrototypeOf(new Set().values()) as { next(): unknown }
  const { next } = iterator
  let steps = 0
  iterator.next = function counted(this: unknown) {
    steps += 1
    return next.call(this)
  }
  try {
    act()
  } finally {
    iterator.next = next
  }
  return steps
}

describe('whose turn it is', () => {
  const order = (asked: readonly (readonly [name: string, address: string, isKnown?: boolean])[]): string => {
    const queue = new FairQueue<string>()
    for (const [name, address, isKnown = false] of asked) queue.put(name, originOf(address), isKnown)
    let taken = ''
    for (let next = queue.take(); next !== undefined; next = queue.take()) taken += next
    return taken
  }

  test('goes by network, and in it by address', () => {
    const asked = [...'abc'].map((name) => [name, '10.0.0.1'] as const)
    expect(order([...asked, ['d', '10.0.0.2'], ['e', '10.1.0.1']])).toBe('aedbc')
  })

  test('comes first to those who are known, three to one', () => {
    const others = [...'abc'].map((name) => [name, '10.0.0.1'] as const)
    const known = [...'uvwxyz'].map((name) => [name, '192.168.1.1', true] as const)
    expect(order([...others, ...known])).toBe('uvwaxyzbc')
  })

  test('is nobody who is gone, and those who are gone do not pile up behind one who is served', () => {
    const gone = new Set<string>()
    const queue = new FairQueue<string>((one) => gone.has(one))
    queue.put('crowd', originOf('10.0.0.1'), false)
    gone.add('crowd')
    for (let i = 0; i < 20_000; i++) {
      queue.put(`crowd ${i}`, originOf('10.0.0.1'), false)
      gone.add(`crowd ${i}`)
      if (i % 20 === 0) queue.put(`device ${i}`, originOf('192.168.1.7'), false)
      if (i % 20 === 1) expect(queue.take()).toBe(`device ${i - 1}`)
    }
    expect(queue.size).toBeLessThanOrEqual(1000)
    expect(queue.take()).toBeUndefined()
  })
})
