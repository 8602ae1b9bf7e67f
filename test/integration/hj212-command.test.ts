/** Proves that the command hj212 tells a frame in words, and what is wrong with one. */
import { expect, test } from 'vitest'
import { EXIT } from '../../src/base/exit-codes.js'
import { greengauge } from '../support/cli.js'

const SOUND =
  '##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80'

const hj212 = (...args: readonly string[]) => greengauge('hj212', ...args)

test.concurrent('a sound frame is told in words, without its password, whatever end of line was copied with it', async () => {
  const { stdout, code } = await hj212(`${SOUND}\\r\\n`)
  expect(stdout.trim().split('\n')).toEqual([
    'length 101, check sum 1C80',
    'QN 20160801085857223',
    'ST 32',
    'CN 1062',
    'MN 010000A8900016F000169DC0',
    'Flag 5 (edition of 2017, wants an answer)',
    'RtdInterval=30',
    'the frame is sound',
  ])
  expect(code).toBe(EXIT.ok)
})

test.concurrent('a frame with a wrong length and a wrong check sum is refused for both', async () => {
  const { stdout, code } = await hj212('--json', SOUND.replace('0101', '0100').replace('=30', '=31'))
  const { ok, faults } = JSON.parse(stdout) as { ok: boolean; faults: string[] }
  expect(ok).toBe(false)
  expect(faults).toEqual([
    expect.stringContaining('length of 100, its data segment has 101'),
    expect.stringContaining('1C80'),
  ])
  expect(code).toBe(EXIT.badData)
})

test.concurrent('what is no frame is told how one looks', async () => {
  const { stdout, code } = await hj212('QN=1')
  expect(stdout).toContain('begins with ## and four digits')
  expect(code).toBe(EXIT.badData)
})
