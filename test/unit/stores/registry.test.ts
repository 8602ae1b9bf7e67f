import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { storeOptions } from '../../../src/stores/options.js'
import { SERVER_KINDS, STORE_TYPES } from '../../../src/stores/registry.js'
import { storeAnswer } from '../../../src/views/store-answers.js'
import { everyNode, readSources } from '../../support/house-sources.js'

/** Proves that a kind of server is known by its folder and one line of the registry alone. */

const types = SERVER_KINDS.map(({ options }) => options.shape.type.value)

describe('every kind of server of the registry', () => {
  test.each(types)('%s is taken by the settings and shown by the API', (type) => {
    const [said] = storeOptions.safeParse([{ type, url: 'http://127.0.0.1:1' }]).error?.issues ?? []
    expect(said?.message ?? '').not.toMatch(/discriminator|Invalid option/i)
    expect(STORE_TYPES).toContain(type)
    expect(storeAnswer.safeParse({ type }).error?.issues.some(({ path }) => path[0] === 'type')).toBe(false)
  })

  test('a type that no kind has is refused by both', () => {
    expect(storeOptions.safeParse([{ type: 'csv', url: 'http://127.0.0.1:1' }]).success).toBe(false)
    expect(storeAnswer.safeParse({ type: 'csv' }).error?.issues.some(({ path }) => path[0] === 'type')).toBe(true)
  })

  test.each(SERVER_KINDS.map((kind) => [kind.options.shape.type.value, kind] as const))(
    '%s names its secret',
    (_, kind) => {
      expect(Object.keys(kind.options.shape)).toEqual(expect.arrayContaining([kind.secret, `${kind.secret}_file`]))
    },
  )
})

test('no file outside of its folder names a kind of server', { tags: ['slow'] }, () => {
  const found = readSources(join(import.meta.dirname, '..', '..', '..'))
    .filter(({ path }) => /^(src|dashboards\/src)\/.*\.tsx?$/.test(path) && !/^src\/stores\/[^/]+\//.test(path))
    .flatMap((source) => {
      const lines: string[] = []
      everyNode(source, (node, line) => {
        if (ts.isStringLiteralLike(node) && types.some((type) => node.text === type))
          lines.push(`${source.path}:${line()}`)
      })
      return lines
    })
  expect(found).toEqual([])
})
