import { join } from 'node:path'
import { Authorities } from '../../authority/authorities.js'
import { bundledLibrary } from '../../kpi/factors/bundled.js'
import { Channels } from '../../notify/channels.js'
import type { PipelineProgress } from '../../pipeline/progress.js'
import { Stores } from '../../stores/stores.js'
import type { PipelineContext } from './context.js'
import type { PipelineState } from './open-state.js'

/** Opens whoever is given figures and alarms: stores, channels of alarms, and authorities. */
export async function openDestinations(context: PipelineContext, state: PipelineState, progress: PipelineProgress) {
  const { data, clock, news, say, isOwner } = context
  const { config } = data
  const { database, loaded } = state
  const { archive, points, alarms, configs, senders, engine } = loaded
  const stores = await Stores.open(news.store.now, {
    clock,
    database,
    archive,
    points,
    archivedPosition: () => progress.archivedPosition,
    mayWrite: isOwner,
    log: say,
  })
  const channels = await Channels.open(news.notify.now, {
    clock,
    random: Math.random,
    dir: join(config.data_dir, 'notify'),
    alarms,
    plants: () => configs.plants,
    maySend: isOwner,
    log: say,
  })
  const authorities = new Authorities(news.plants.now, {
    clock,
    random: Math.random,
    library: bundledLibrary(),
    dir: join(config.data_dir, 'authority'),
    database,
    series: archive.series,
    senders,
    engine,
    points,
    isLive: () => progress.hasComputed,
    plant: (id) => configs.plant(id),
    maySend: isOwner,
    log: say,
  })
  news.plants.follow((now) => authorities.configure(now))
  news.notify.follow((now) => channels.configure(now))
  news.store.follow((now) => stores.configure(now))
  return { stores, channels, authorities }
}
