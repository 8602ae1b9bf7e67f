import { join } from 'node:path'
import { expect, test } from 'vitest'
import { documentsOf, type Tongue, targetOf, titleOf } from '../../../dashboards/help/documents.js'
import { candidatesOf, find, wordsOf } from '../../../dashboards/help/find.js'
import { rendered } from '../../../dashboards/help/render.js'
import { searchedPages } from '../../../dashboards/help/sections.js'

/** Proves that the search of the help finds the section that a reader means, in both languages. */

const documents = [...documentsOf(join(import.meta.dirname, '..', '..', '..')).values()]
const pages = new Map(documents.map((page) => [page, rendered(page, targetOf)]))
const found = (asked: string, tongue: Tongue) =>
  find(candidatesOf(searchedPages(pages, tongue, titleOf)), asked, tongue)

test.each([
  ['exit codes', 'en', 'operate/troubleshooting.html#exit-codes'],
  ['hourly heartbeat of a centre', 'en', null],
  ['mqtt.max_packet_bytes', 'en', 'reference/settings.html'],
  ['退出码', 'zh', 'zh/operate/troubleshooting.html'],
  ['冻结报告', 'zh', 'zh/use/'],
  ['mqtt.max_packet_bytes', 'zh', 'reference/settings.html'],
] as const)('%s is asked in %s', (asked, tongue, address) => {
  const [first] = found(asked, tongue)
  if (address === null) expect(first).toBeUndefined()
  else expect(first?.address).toContain(address)
})

test('every word has to be there, in any order, and the piece shows the first of them', () => {
  const section = { anchor: 'b', heading: 'Backup', text: 'Every night the journal is copied; the archive follows.' }
  const candidates = candidatesOf([{ path: 'operate/b.html', title: 'Backup and upgrade', sections: [section] }])
  expect(find(candidates, 'archive JOURNAL', 'en')).toEqual([
    {
      address: 'operate/b.html#b',
      heading: 'Backup',
      title: 'Backup and upgrade',
      around: ['Every night the journal is copied; the ', 'archive', ' follows.'],
    },
  ])
  expect(find(candidates, 'archive tape', 'en')).toEqual([])
  expect(find(candidates, '  ', 'en')).toEqual([])
})

test('Chinese is taken apart into its words, whatever stands around them', () => {
  expect(wordsOf('冻结报告', 'zh')).toEqual(['冻结', '报告'])
  expect(wordsOf('MQTT 报告', 'zh')).toEqual(['mqtt', '报告'])
})

test('a heading that is asked for comes before a text that mentions it', () => {
  const of = (heading: string, text: string) => ({ anchor: '', heading, text })
  const sections = [of('Other', 'see time zones below'), of('Time zones', 'Days begin at midnight.')]
  const candidates = candidatesOf([{ path: 'use/x.html', title: 'X', sections }])
  expect(find(candidates, 'time zones', 'en').map(({ heading }) => heading)).toEqual(['Time zones', 'Other'])
})
