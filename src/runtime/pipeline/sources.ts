import { join } from 'node:path'
import { ORIGINALS_FOLDER, OriginalStore } from '../../audit/originals/store.js'
import type { HealthCheck } from '../../base/wire.js'
import { profilesFolder } from '../../config/config.js'
import { writeWhole } from '../../config/files/access-file.js'
import { checkProfile } from '../../config/profile-check.js'
import { profilesIn } from '../../config/profile-files.js'
import { profilesOptions } from '../../decode/profile/options.js'
import type { Profile } from '../../decode/profile/profile.js'
import { PollStats } from '../../intake/modbus/poll-stats.js'
import { OpcuaStats } from '../../intake/opcua/server-stats.js'
import { IntakeStats } from '../../intake/stats.js'
import { diskMeasures } from '../../pipeline/disk.js'
import { Newcomers } from '../../pipeline/newcomers/newcomers.js'
import { viewSources } from '../../pipeline/sources.js'
import type { ViewSources } from '../../views/views.js'
import type { PipelineStages } from './build-stages.js'
import type { PipelineContext } from './context.js'
import type { PipelineState } from './open-state.js'

/** Gives pages and API what they show of state and stages. */
export function sourcesOf(
  { data, clock, mark, gate, auditLog, news, configAsks, accessAsks, forwarding, certificates }: PipelineContext,
  { database, record, loaded, path }: PipelineState,
  stages: PipelineStages,
  health: () => readonly HealthCheck[],
): ViewSources {
  const { config, version, mqttPorts } = data
  const { archive } = loaded
  const { reports, audit, making } = stages
  const newcomers = new Newcomers({
    clock,
    database,
    ...loaded,
    quarantine: stages.quarantine,
    profiles: () => new Map([...shippedProfiles(), ...Object.entries(definedIn(loaded.configs.rules.settings))]),
    ignored: { path: join(config.data_dir, 'ignored-devices.json'), write: writeWhole },
  })
  return viewSources({
    ...loaded,
    ...stages,
    clock,
    gate,
    auditLog,
    configAsks,
    accessAsks,
    certificates,
    version,
    simulated: data.simulated,
    simulatorsEnded: () => news.simulatorsEnded,
    mqtt: { host: config.mqtt.host, port: mqttPorts?.tcp ?? null, tls_port: mqttPorts?.tls ?? null },
    mark,
    stats: new IntakeStats(data.stats),
    brokers: news.brokers,
    refusedClients: () => news.refusedClients,
    forwarding,
    polls: new PollStats(data.pollStats),
    opcua: new OpcuaStats(data.opcuaStats),
    opcuaDir: join(config.data_dir, 'opcua'),
    database,
    record,
    newcomers,
    reports: { reports, audit, making, languages: config.reports.languages },
    originals: new OriginalStore({
      dir: join(config.data_dir, ORIGINALS_FOLDER),
      fileBytesMax: config.reports.original_max_mib * 2 ** 20,
      bytesMax: config.reports.originals_max_gib * 2 ** 30,
    }),
    health,
    disk: () => diskMeasures({ databasePath: path, record, archive, journalBytesMax: config.journal.max_bytes }),
  })
}

/** Profiles that the configuration in force defines itself. */
function definedIn(settings: Readonly<Record<string, unknown>> | undefined): Readonly<Record<string, Profile>> {
  return profilesOptions.safeParse(settings?.profiles).data?.defined ?? {}
}

/** Profiles that come with the program, read anew: they are asked for seldom, and cost memory. */
function shippedProfiles(): readonly (readonly [string, Profile])[] {
  return profilesIn([profilesFolder]).flatMap((id) => {
    const checked = checkProfile(join(profilesFolder, `${id}.yaml`))
    return 'profile' in checked ? [[id, checked.profile] as const] : []
  })
}
