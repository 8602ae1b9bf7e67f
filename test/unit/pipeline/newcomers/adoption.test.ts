import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { plantOptions } from '../../../../src/base/plant.js'
import { adoptionOf } from '../../../../src/pipeline/newcomers/adoption.js'
import { proposeDevice } from '../../../../src/pipeline/newcomers/propose-device.js'
import { adoptionText } from '../../../../src/views/adoption-text.js'
import type { AdoptRequest } from '../../../../src/views/routes/adopt.js'

/** Adopting is an edit of the configuration: what is proposed, but for what a person has changed. */

const plant = plantOptions.parse({
  id: 'p',
  name: {},
  timezone: 'UTC',
  lines: [{ id: 'press' }],
  devices: [{ id: 'main-1', role: 'main' }],
})
const FROM = Date.parse('2026-11-24T08:00:00Z')
const find = async (of: string, device: string) =>
  of !== 'p' || device === 'nobody'
    ? null
    : proposeDevice(
        {
          plant: 'p',
          line: 'hall',
          device,
          since: null,
          last_seen: null,
          messages: 1,
          readings: 1,
          elements_rejected: 0,
          rate_per_min: 0,
          client: null,
          ignored: null,
          metrics_more: 0,
          series: [
            {
              metric: 'elec_import_kwh',
              class: 'energy',
              unit: 'kWh',
              ts: [0, 1, 2, 3, 4, 5].map((i) => FROM + i * 10_000),
              values: [0, 1, 2, 3, 4, 5],
            },
            { metric: 'shoe', class: 'energy', unit: '', ts: [FROM], values: [1] },
          ],
        },
        plant,
      )

test('a device is put under its plant as it is proposed, with a line that is not there yet', async () => {
  const { additions, adopted, refused } = await adoptionOf(
    {
      devices: [
        { plant: 'p', device: 'm-1' },
        { plant: 'p', device: 'm-2' },
      ],
      topics: [],
    },
    [plant],
    find,
  )
  const metrics = { elec_import_kwh: { period_s: 10 } }
  expect(additions).toEqual([
    { op: 'add', path: ['plants', 'p', 'lines'], value: { id: 'hall' } },
    {
      op: 'add',
      path: ['plants', 'p', 'devices'],
      value: { id: 'm-1', line: 'hall', role: 'sub', parent: 'main-1', metrics },
    },
    {
      op: 'add',
      path: ['plants', 'p', 'devices'],
      value: { id: 'm-2', line: 'hall', role: 'sub', parent: 'main-1', metrics },
    },
  ])
  expect({ adopted, refused }).toEqual({ adopted: 2, refused: [] })
})

test('what a person says goes before what is proposed', async () => {
  const changed = { plant: 'p', device: 'm-1', line: 'press', role: null, period_s: { elec_import_kwh: 30 } }
  const { additions } = await adoptionOf({ devices: [changed], topics: [] }, [plant], find)
  expect(additions.map(({ value }) => value)).toEqual([
    { id: 'm-1', line: 'press', metrics: { elec_import_kwh: { period_s: 30 } } },
  ])
})

test('a submeter is put behind the main meter, wherever a person does not say otherwise', async () => {
  const parentOf = async (devices: readonly object[], of = plant) => {
    const { additions } = await adoptionOf({ devices: devices as AdoptRequest['devices'], topics: [] }, [of], find)
    return additions.flatMap(({ path, value }) =>
      path[2] === 'devices' ? [(value as { parent?: string }).parent] : [],
    )
  }
  const one = { plant: 'p', device: 'm-1' }
  expect(await parentOf([one])).toEqual(['main-1'])
  expect(await parentOf([{ ...one, role: 'machine' }])).toEqual([undefined])
  expect(await parentOf([{ ...one, parent: null }])).toEqual([undefined])
  expect(await parentOf([{ ...one, role: 'machine', parent: 'm-9' }])).toEqual(['m-9'])
  // Meanwhile it is no main meter any more: a tree behind it would be that of nobody.
  const other = { ...plant, devices: [{ ...plant.devices[0]!, role: 'sub' as const }] }
  expect(await parentOf([one], other)).toEqual([undefined])
})

test('a main meter that is new too is the one behind which the others are put, if it is adopted as one', async () => {
  const open = plantOptions.parse({ id: 'p', name: {}, timezone: 'UTC', lines: [{ id: 'hall' }] })
  const main = { device: 'm-1', reason: { code: 'called_main' as const, values: { name: 'm-1' } } }
  const meter = { metric: 'elec_import_kwh', class: 'energy' as const, unit: 'kWh', ts: [FROM], values: [1] }
  const findOpen = async (_: string, device: string) => {
    const seen = (await find('p', device))!
    return proposeDevice({ ...seen, series: [meter] }, open, main)
  }
  const parents = async (devices: AdoptRequest['devices']) => {
    const { additions } = await adoptionOf({ devices, topics: [] }, [open], findOpen)
    return additions.map(({ value }) => (value as { parent?: string }).parent)
  }
  const [first, second] = [
    { plant: 'p', device: 'm-1' },
    { plant: 'p', device: 'm-2' },
  ]
  expect(await parents([second, first])).toEqual(['m-1', undefined])
  expect(await parents([second])).toEqual([undefined])
  expect(await parents([second, { ...first, role: 'machine' }])).toEqual([undefined, undefined])
})

test('a topic takes its profile into use', async () => {
  const topics = [{ profile: 'zigbee2mqtt/plug', plant: 'p', line: 'press', prefix: 'z2m' }]
  const { additions } = await adoptionOf({ devices: [], topics }, [plant], find)
  expect(additions).toEqual([{ op: 'add', path: ['profiles', 'use'], value: topics[0] }])
})

test('who is not there, is configured, or has no plant stays as they are', async () => {
  const named = (of: string, device: string) => ({ plant: of, device })
  const { additions, adopted, refused } = await adoptionOf(
    {
      devices: [named('p', 'nobody'), named('p', 'main-1'), named('q', 'm-1')],
      topics: [{ profile: 'a/b', plant: 'q', line: 'l' }],
    },
    [plant],
    find,
  )
  expect({ additions, adopted }).toEqual({ additions: [], adopted: 0 })
  expect(refused.map(({ reason }) => reason)).toEqual(['unknown', 'configured', 'plant_not_there', 'plant_not_there'])
})

test('the text is what a file would have in addition', async () => {
  const topics = [{ profile: 'a/b', plant: 'p', line: 'press' }]
  const { additions } = await adoptionOf({ devices: [{ plant: 'p', device: 'm-1' }], topics }, [plant], find)
  expect(parse(adoptionText(additions))).toEqual({
    plants: [
      {
        id: 'p',
        lines: [{ id: 'hall' }],
        devices: [
          {
            ...{ id: 'm-1', line: 'hall', role: 'sub', parent: 'main-1' },
            metrics: { elec_import_kwh: { period_s: 10 } },
          },
        ],
      },
    ],
    profiles: { use: [{ profile: 'a/b', plant: 'p', line: 'press' }] },
  })
  expect(adoptionText([])).toBe('')
})

test('with its past a device holds from the day of its first reading in the zone of its plant', async () => {
  const shanghai = { ...plant, timezone: 'Asia/Shanghai' }
  const since = '2026-11-24T16:30:00.000Z'
  const seen = async (of: string, device: string) => {
    const found = await find(of, device)
    return found === null ? null : { ...found, since: device === 'm-1' ? since : null }
  }
  const holdsFrom = async (with_past?: boolean) => {
    const devices = ['m-1', 'm-2'].map((device) => ({ plant: 'p', device, line: 'press' }))
    const { additions } = await adoptionOf({ devices, topics: [], with_past }, [shanghai], seen)
    return additions.map(({ value }) => value.holds_from)
  }
  expect(await holdsFrom(true)).toEqual(['2026-11-25', undefined])
  expect(await holdsFrom(false)).toEqual([undefined, undefined])
  expect(await holdsFrom()).toEqual([undefined, undefined])
})
