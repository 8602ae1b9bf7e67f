import type { Command } from 'commander'
import { natsConfig } from './cluster/nats-config.js'
import type { LoadedConfig } from './config.js'

type Load = (file: string | undefined) => LoadedConfig | undefined

/** Adds `cluster nats-config`: what the NATS servers of a cluster have to be told. */
export function addClusterSetupCommands(cluster: Command, load: Load): void {
  cluster
    .command('nats-config')
    .description(
      'print the mappings for the configuration of nats-server, as many partitions as cluster.partitions says',
    )
    .option('--config <file>', 'configuration file')
    .action((_: unknown, command: Command) => {
      const loaded = load(command.optsWithGlobals<{ config?: string }>().config)
      if (loaded !== undefined) process.stdout.write(natsConfig(loaded.config.cluster.partitions))
    })
}
