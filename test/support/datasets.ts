import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestGateway } from './gateway.js'

const BESIDE_THE_PROJECT = fileURLToPath(new URL('../../../shared/datasets', import.meta.url))

const directory = resolve(process.env.DATASETS_DIR ?? BESIDE_THE_PROJECT)

/** For the name of a test that is skipped without them. */
export const DATASETS_REMEDY =
  'needs the public data sets: set DATASETS_DIR to a directory with steel-energy.csv (UCI 851, doi 10.24432/C52G8C), ' +
  'gas-turbine-emissions.csv (UCI 551, doi 10.24432/C5WC95) and ur3-cobot.csv (UCI 963, doi 10.24432/C5J891)'

/** Path of a data set; null when it is not on this machine. */
export function datasetFile(name: string): string | null {
  const path = join(directory, name)
  return existsSync(path) ? path : null
}

export interface Replayed {
  readonly messages: number
  readonly acknowledged: number
  readonly seconds: number
  readonly expected: Readonly<Record<string, unknown>>
}

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')

/** Plays a data set into a gateway with the real command, as fast as it goes; resolves when all of it is acknowledged. */
export async function playDataset(
  gateway: TestGateway,
  dataset: string,
  file: string,
  flags: readonly string[] = [],
): Promise<Replayed> {
  const to = ['--dataset', dataset, '--file', file, '--url', gateway.mqttUrl, '--speed', 'max', ...flags]
  const child = spawn(process.execPath, [CLI, 'replay', ...to], { stdio: ['ignore', 'pipe', 'pipe'] })
  let answer = ''
  let log = ''
  child.stdout.on('data', (chunk: Buffer) => {
    answer += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString()
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`replay ended with ${code}:\n${log}`)
  const replayed = JSON.parse(answer) as Replayed
  if (replayed.acknowledged !== replayed.messages) throw new Error(`not all acknowledged: ${answer}`)
  return replayed
}
