import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { capacityTables } from '../../support/capacity.js'

const page = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'docs', 'understand', 'cluster', 'capacity.md'),
  'utf8',
)

test('the tables of docs/understand/cluster/capacity.md are those of the simulation', () => {
  const { partitions, nodes } = capacityTables()
  for (const table of [partitions, nodes]) expect(page).toContain(table.join('\n'))
})
