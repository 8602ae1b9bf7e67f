import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { MoveFigures } from '../../archive/move/move-record.js'
import { systemClock } from '../../base/clock.js'
import { EXIT } from '../../base/exit-codes.js'
import { UnfitData } from '../../base/unfit-data.js'
import type { LoadedConfig } from '../../config/config.js'
import { partitionOf } from '../../nats/partition.js'
import { complain, print, printJson } from '../../program/output.js'
import { versionInfo } from '../../program/version.js'

/** `greengauge settle` and `greengauge move`: from one gateway to several, to the partitions of a cluster, and back. */

interface MoveOptions {
  readonly from: readonly string[]
  readonly to: string
  readonly partitions?: string
  readonly plants?: string
  readonly json?: boolean
}

const TELL_MS = 1000
const PARTITIONS_MAX = 1024

type Load = (file: string | undefined, flags?: Readonly<Record<string, string>>) => LoadedConfig | undefined
type Collect = (text: string, earlier?: Readonly<Record<string, string>>) => Readonly<Record<string, string>>

/** Adds both to the program. */
export function addMoveCommands(program: Command, load: Load, collectSettings: Collect): void {
  program
    .command('settle')
    .description(
      'bring all that the journal of a stopped gateway holds into its archive; its doors stay shut meanwhile',
    )
    .option('--config <file>', 'configuration file')
    .option('--set <setting=value>', 'one setting, over file and environment; may be repeated', collectSettings)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<{ config?: string; set?: Readonly<Record<string, string>> }>()
      const loaded = load(options.config, options.set)
      if (loaded === undefined) return
      const { settle } = await import('./settle.js')
      await settle(loaded)
      print(`${resolve(loaded.config.data_dir)}: all that was acknowledged is in the archive`)
    })

  program
    .command('move')
    .description('move what is on record of plants into another data directory, or into those of partitions')
    .requiredOption(
      '--from <dir>',
      'data directory of a stopped gateway, or a restored backup; may be repeated',
      several,
    )
    .requiredOption('--to <dir>', 'data directory that takes it; with --partitions the folder of theirs, 0 to N - 1')
    .option('--partitions <n>', 'divide the plants among so many partitions, as NATS servers do')
    .option('--plants <ids>', 'only these, with commas')
    .option('--json', 'print what was moved as JSON')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<MoveOptions>()
      await move(options, partitionsOf(command, options))
    })
}

async function move(options: MoveOptions, partitions: number | null): Promise<void> {
  const { movePlants } = await import('./move.js')
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  const wanted = options.plants === undefined ? null : new Set(options.plants.split(','))
  const startMs = systemClock.nowMs()
  const all: MoveFigures[] = []
  try {
    for (let partition = 0; partition < (partitions ?? 1); partition++) {
      const isIts = (plant: string) => partitions === null || partitionOf(plant, partitions) === partition
      const to = partitions === null ? options.to : resolve(options.to, String(partition))
      const figures = await movePlants({
        from: options.from,
        to,
        counts: (plant) => (wanted?.has(plant) ?? true) && isIts(plant),
        version: versionInfo().version,
        signal: stopping.signal,
        tell: progressOf(to),
      })
      all.push(figures)
      if (options.json !== true) print(`${to}: ${sentenceOf(figures)}`)
    }
  } catch (error) {
    if (error instanceof UnfitData || !stopping.signal.aborted) throw error
    complain('The move was interrupted; run the same command again to continue it.')
    process.exitCode = EXIT.unavailable
    return
  }
  const seconds = (systemClock.nowMs() - startMs) / 1000
  if (options.json === true) printJson({ seconds, moved: all })
  else print(`done in ${seconds.toFixed(1)} s; the first start makes database and figures of it`)
}

function sentenceOf({ plants, readings, conflicts, events }: MoveFigures): string {
  const which = plants.length === 0 ? 'no plant' : plants.join(', ')
  return `${which}: ${readings} readings, ${conflicts} that lost against another, ${events} events`
}

function progressOf(to: string): (doneRows: number, rows: number) => void {
  let toldMs = systemClock.nowMs()
  return (done, rows) => {
    const nowMs = systemClock.nowMs()
    if (nowMs - toldMs < TELL_MS) return
    toldMs = nowMs
    complain(`${to}: ${done} of ${rows} rows`)
  }
}

function partitionsOf(command: Command, { partitions }: MoveOptions): number | null {
  if (partitions === undefined) return null
  const number = Number(partitions)
  if (Number.isInteger(number) && number >= 1 && number <= PARTITIONS_MAX) return number
  return command.error(
    `error: --partitions is ${partitions}: 1 to ${PARTITIONS_MAX}, as in the setting cluster.partitions`,
    {
      exitCode: EXIT.usage,
    },
  )
}

function several(dir: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, dir]
}
