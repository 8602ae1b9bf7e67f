import { describe, expect, test } from 'vitest'
import { SECRET_MARK } from '../../../../src/base/secret-settings.js'
import { editText, undone } from '../../../../src/config/edit/edit-text.js'
import type { Edit } from '../../../../src/config/edit/edits.js'

/** The text after edits; throws what is wrong with them. */
function edited(text: string, ...edits: readonly Edit[]): string {
  const result = editText(text, edits)
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.text
}

const refusal = (text: string, ...edits: readonly Edit[]) => {
  const result = editText(text, edits)
  return 'problems' in result ? result.problems.map(({ path, problem }) => `${path} ${problem}`) : []
}

const PLANTS = `# our plants
plants:
  - id: wuxi   # the first
    devices:
      # at the grid
      - { id: main-1, role: main }
      # behind it
      - { id: sub-1, line: kitchen } # oven
      - id: robot-1
        role: robot
`

describe('an edit of the text', () => {
  test('sets a value in place, in its quotes and before its comment', () => {
    expect(edited('http:\n  host: "127.0.0.1" # here\n', { op: 'set', path: ['http', 'host'], value: '0.0.0.0' })).toBe(
      'http:\n  host: "0.0.0.0" # here\n',
    )
  })
  test('puts a device behind the others, in the way the others are written', () => {
    const value = { id: 'pv-1', role: 'pv' }
    const edit: Edit = { op: 'add', path: ['plants', 'wuxi', 'devices'], value, before: 'sub-1' }
    const lines = edited(PLANTS, edit).split('\n')
    expect(lines.slice(5, 10)).toEqual([
      '      - { id: main-1, role: main }',
      '      - id: pv-1',
      '        role: pv',
      '      # behind it',
      '      - { id: sub-1, line: kitchen } # oven',
    ])
  })
  test('writes one line where the others of the list are one line each', () => {
    const list = 'devices:\n  - { id: a }\n'
    expect(edited(list, { op: 'add', path: ['devices'], value: { id: 'b' } })).toBe(`${list}  - { id: b }\n`)
  })
  test('moves a device to another line without touching another byte', () => {
    const edit: Edit = { op: 'set', path: ['plants', 'wuxi', 'devices', 'sub-1', 'line'], value: 'hall' }
    expect(edited(PLANTS, edit)).toBe(PLANTS.replace('kitchen', 'hall'))
  })
  test('takes a device away with the comment above it, and no other', () => {
    expect(edited(PLANTS, { op: 'remove', path: ['plants', 'wuxi', 'devices', 'sub-1'] })).toBe(
      PLANTS.replace('      # behind it\n      - { id: sub-1, line: kitchen } # oven\n', ''),
    )
  })
  test('moves an element with its comments', () => {
    const moved = edited(PLANTS, { op: 'move', path: ['plants', 'wuxi', 'devices', 'sub-1'] })
    expect(moved.split('\n').slice(-3, -1)).toEqual([
      '      # behind it',
      '      - { id: sub-1, line: kitchen } # oven',
    ])
  })
  test('makes the lists above what is added where there are none', () => {
    const edit: Edit = { op: 'add', path: ['plants', 'wuxi', 'lines'], value: { id: 'a', name: { en: 'Line A' } } }
    expect(edited(PLANTS, edit)).toBe(`${PLANTS}    lines:\n      - { id: a, name: { en: Line A } }\n`)
  })
  test('makes several maps above what is set where there are none', () => {
    const path = ['plants', 'wuxi', 'devices', 'robot-1', 'metrics', 'elec_import_kwh', 'period_s']
    expect(edited(PLANTS, { op: 'set', path, value: 60 })).toBe(
      `${PLANTS}        metrics: { elec_import_kwh: { period_s: 60 } }\n`,
    )
  })
  test('changes in a map only what is another in it', () => {
    const value = { id: 'robot-1', role: 'robot', ideal_cycle_s: 30 }
    const edit: Edit = { op: 'set', path: ['plants', 'wuxi', 'devices', 'robot-1'], value }
    expect(edited(PLANTS, edit)).toBe(`${PLANTS}        ideal_cycle_s: 30\n`)
  })
  test('changes one price of a tariff that is written block by block, and nothing around it', () => {
    const periods = [
      { name: 'valley', from: '22:00', price: 0.3 },
      { name: 'peak', from: '08:00', price: 0.9 },
      { name: 'flat', from: '12:00', price: 0.6 },
    ]
    const text = periods
      .map(
        ({ name, from, price }) => `  # ${name}\n  - name: ${name}\n    from: "${from}"\n    price: ${price} # a kWh\n`,
      )
      .join('')
    const set = (value: readonly object[]): Edit => ({ op: 'set', path: ['periods'], value })
    for (const at of [0, 1, 2]) {
      const dearer = periods.with(at, { ...periods[at]!, price: 1.5 })
      expect(edited(`periods:\n${text}`, set(dearer))).toBe(
        `periods:\n${text.replace(`price: ${periods[at]!.price}`, 'price: 1.5')}`,
      )
    }
    const [first] = periods
    const alone = 'periods:\n  # all day\n  - name: valley\n    from: "22:00"\n    price: 0.3 # a kWh\n'
    expect(edited(alone, set([{ ...first!, price: 1.5 }]))).toBe(alone.replace('0.3', '1.5'))
    const all = periods.map((period) => ({ ...period, price: 2 }))
    expect(edited(`periods:\n${text}`, set(all))).toBe(`periods:\n${text.replaceAll(/price: [\d.]+/g, 'price: 2')}`)
    const fewer = [periods[0]!, { ...periods[2]!, price: 0.7 }]
    expect(edited(`periods:\n${text}`, set(fewer))).toBe(
      `periods:\n${text.replace(/ {2}# peak\n(.*\n){3}/, '').replace('0.6', '0.7')}`,
    )
  })
  test('writes other elements as those were written that they take the place of', () => {
    const edit: Edit = {
      op: 'set',
      path: ['periods'],
      value: [
        { name: 'a', price: 1 },
        { name: 'b', price: 2 },
      ],
    }
    expect(edited('periods: # of the utility\n  - name: c\n    price: 3\n', edit)).toBe(
      'periods: # of the utility\n  - name: a\n    price: 1\n  - name: b\n    price: 2\n',
    )
  })
  test('begins an empty file, and one of comments alone', () => {
    const edit: Edit = { op: 'set', path: ['plants'], value: [{ id: 'a' }] }
    expect(edited('', edit)).toBe('plants:\n  - { id: a }\n')
    expect(edited('# nothing yet\n', edit)).toBe('# nothing yet\nplants:\n  - { id: a }\n')
  })
  test('quotes what other readers of YAML take for a number or a word', () => {
    const value = [{ start: '08:00', day: 'on' }]
    expect(edited('', { op: 'set', path: ['x'], value })).toBe('x:\n  - { start: "08:00", day: "on" }\n')
  })
  test('writes the line ends of the file', () => {
    expect(edited('a: 1\r\n', { op: 'set', path: ['b'], value: 2 })).toBe('a: 1\r\nb: 2\r\n')
  })
  test('is undone to the same bytes', () => {
    const result = editText(PLANTS, [
      { op: 'remove', path: ['plants', 'wuxi', 'devices', 'main-1'] },
      { op: 'set', path: ['plants', 'wuxi', 'timezone'], value: 'Asia/Shanghai' },
    ])
    if ('problems' in result) throw new Error('refused')
    expect(undone(result.text, result.changes)).toBe(PLANTS)
  })
})

describe('an edit that cannot be made', () => {
  test('is said at its path, and none of the others is made', () => {
    expect(
      refusal(PLANTS, { op: 'set', path: ['log'], value: {} }, { op: 'remove', path: ['plants', 'suzhou', 'devices'] }),
    ).toEqual(['plants[suzhou] is not there'])
  })
  test('names an id that is there twice', () => {
    const twice = 'products:\n  - id: a\n  - id: a\n'
    expect(refusal(twice, { op: 'remove', path: ['products', 'a'] })).toEqual(['products[a] is there 2 times'])
  })
  test('would change what an alias stands for', () => {
    const text = 'a: &x { b: 1 }\nc: *x\n'
    expect(refusal(text, { op: 'set', path: ['c', 'b'], value: 2 })).toHaveLength(1)
    expect(refusal(text, { op: 'set', path: ['a', 'b'], value: 2 })).toHaveLength(1)
    expect(refusal(text, { op: 'set', path: ['c', 'd', 'e'], value: 2 })).toHaveLength(1)
  })
  test('is one of a file that is no YAML', () => {
    expect(refusal('a: [', { op: 'set', path: ['b'], value: 1 })).toEqual([' is not YAML'])
  })
})

describe('a secret', () => {
  const text = 'store:\n  - type: influxdb\n    token: s3cret\n'
  test('stays where its mark comes back', () => {
    const value = { type: 'influxdb', token: SECRET_MARK, url: 'http://db' }
    expect(edited(text, { op: 'set', path: ['store', 0], value })).toBe(`${text}    url: http://db\n`)
  })
  test('stays with the element of its name in a list that is set as a whole', () => {
    const two = 'store:\n  - { name: a, token: of-a }\n  - { name: b, token: of-b }\n'
    const value = [{ name: 'b', token: SECRET_MARK }]
    expect(edited(two, { op: 'set', path: ['store'], value })).toContain('name: b, token: of-b')
    expect(refusal(two, { op: 'set', path: ['store'], value: [{ name: 'c', token: SECRET_MARK }] })).toHaveLength(1)
  })
  test('has to be written out where there was none', () => {
    const value = { type: 'influxdb', token: SECRET_MARK }
    expect(refusal(text, { op: 'add', path: ['store'], value })).toEqual([
      'store.token stands for a secret that is not there',
    ])
  })
})

describe('a file', () => {
  test('that begins with a byte order mark is changed behind it', () => {
    expect(edited('\uFEFFa: 1\n', { op: 'set', path: ['b'], value: 2 })).toBe('\uFEFFa: 1\nb: 2\n')
  })
  test('that is too long for so many edits is refused, since each reads it anew', () => {
    const edits = Array.from({ length: 100 }, () => ({ op: 'set', path: ['a'], value: 2 }) as const)
    const result = editText(`a: 1\n${'#'.repeat(600_000)}\n`, edits)
    expect(result).toMatchObject({ problems: [{ problem: 'is too long for so many edits' }] })
  })
})
