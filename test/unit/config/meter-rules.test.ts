import { expect, test } from 'vitest'
import { accepted, refused } from '../../support/house-config.js'

const plant = (devices: string, more = '') =>
  `plants: [ { id: p, name: {}, timezone: UTC, devices: [ ${devices} ], ${more} } ]`

test('a parent that nobody has is refused, with the one that was meant', () => {
  expect(refused({ yaml: plant('{ id: grid }, { id: hall, parent: gird }') })).toMatchObject([
    { path: 'plants[0].devices[1].parent', value: '"gird"', remedy: 'did you mean grid?' },
  ])
})

test('a meter behind itself is refused at each meter of the circle', () => {
  const yaml = plant('{ id: a, parent: b }, { id: b, parent: c }, { id: c, parent: b }')
  expect(refused({ yaml })).toMatchObject([
    { path: 'plants[0].devices[1].parent', problem: 'makes a circle: b behind c behind b' },
    { path: 'plants[0].devices[2].parent', problem: 'makes a circle: c behind b behind c' },
  ])
  expect(refused({ yaml: plant('{ id: a, parent: a }') })).toMatchObject([{ path: 'plants[0].devices[0].parent' }])
})

test('a parent may be a virtual meter; members of one are devices', () => {
  const devices = '{ id: a }, { id: b, parent: v }'
  expect(accepted({ yaml: plant(devices, 'virtual_meters: [ { id: v, plus: [a] } ]') }).warnings).toEqual([])
  const nested = 'virtual_meters: [ { id: v, plus: [a] }, { id: w, plus: [v], minus: [c] } ]'
  expect(refused({ yaml: plant(devices, nested) })).toMatchObject([
    { path: 'plants[0].virtual_meters[1].plus[0]' },
    { path: 'plants[0].virtual_meters[1].minus[0]' },
  ])
})

test('an id is that of one meter, and a member is named once', () => {
  const yaml = plant('{ id: a }, { id: b }', 'virtual_meters: [ { id: a, plus: [b], minus: [b] } ]')
  expect(refused({ yaml })).toMatchObject([
    { path: 'plants[0].virtual_meters[0].id', problem: 'is already used at plants[0].devices[0].id' },
    { path: 'plants[0].virtual_meters[0].minus[0]', problem: 'is named twice' },
  ])
})

test('one meter cannot be that of two machines', () => {
  const yaml = plant('{ id: m }, { id: a, energy_meter: m }, { id: b, energy_meter: m }')
  expect(refused({ yaml })).toMatchObject([{ path: 'plants[0].devices[2].energy_meter' }])
})

test('a meter added up with the one before it is a warning: its energy counts twice', () => {
  const yaml = plant('{ id: a }, { id: b, parent: a }', 'virtual_meters: [ { id: v, plus: [a, b] } ]')
  expect(accepted({ yaml }).warnings).toMatchObject([
    { path: 'plants[0].virtual_meters[0].plus[1]', problem: 'is counted twice' },
  ])
})
