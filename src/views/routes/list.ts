import type { Server } from '../server.js'
import { accountRoutes } from './accounts.js'
import { adoptRoute } from './adopt.js'
import { alarmRoutes, allAlarmRoutes } from './alarms.js'
import { anomalyRoutes } from './anomalies.js'
import { auditJobRoutes } from './audit-jobs.js'
import { auditLogRoutes } from './audit-log.js'
import { authorityRoutes } from './authorities.js'
import { backupRoutes } from './backups.js'
import { carbonMarketRoutes } from './carbon-market.js'
import { centreFunctionsRoutes } from './centre-functions.js'
import { certificatesRoute } from './certificates.js'
import { channelRoutes } from './channels.js'
import { configurationRoutes } from './configuration.js'
import { deviceTableRoutes } from './device-table.js'
import { deviceRoute } from './devices.js'
import { enpiRoutes } from './enpi.js'
import { entryRoutes } from './entries.js'
import { entryDecisionRoutes } from './entry-decisions.js'
import { figureTableRoutes } from './figure-table.js'
import { footprintRoutes } from './footprints.js'
import { forecastRoutes } from './forecasts.js'
import { forgetRoute } from './forget.js'
import { forgetMetricsRoute } from './forget-metrics.js'
import { gatewayRoutes } from './gateway.js'
import { gridRegionsRoute } from './grid-regions.js'
import { i3xRoutes } from './i3x.js'
import { i3xSubscriptionRoutes } from './i3x-subscriptions.js'
import { kpiRoutes } from './kpis.js'
import { ledgerRoutes } from './ledger.js'
import { lineageRoute } from './lineage.js'
import { loadPlanRoutes } from './load-plan.js'
import { machineEnergyRoute } from './machine-energy.js'
import { meterReplacedRoute } from './meter-replaced.js'
import { mqttClientRoutes } from './mqtt-clients.js'
import { opcuaRoutes } from './opcua.js'
import { openSessionRoutes } from './open-sessions.js'
import { operatorEventRoute } from './operator-events.js'
import { originalRoutes } from './originals.js'
import { peakRoute } from './peak.js'
import { plantRoutes } from './plants.js'
import { projectionRoutes } from './projections.js'
import { quarantineRoutes } from './quarantine.js'
import { reconciliationRoute } from './reconciliation.js'
import { recordRoutes } from './records.js'
import { reportActRoutes } from './report-acts.js'
import { reportRoutes } from './reports.js'
import { savingClaimRoutes } from './saving-claims.js'
import { savingsRoute } from './savings.js'
import { stackRoutes } from './stacks.js'
import { stateRoutes } from './states.js'
import { storeRoutes } from './stores.js'
import { unknownDeviceRoutes } from './unknown-devices.js'
import { zeroCarbonIndicatorsRoute } from './zero-carbon-indicators.js'

/**
 * Routes that need nothing but answers of the gateway, in the order of the API's document. A new one is a file that declares
 * the interface it needs, and a line here.
 */
const ROUTES = [
  plantRoutes,
  deviceRoute,
  unknownDeviceRoutes,
  adoptRoute,
  kpiRoutes,
  alarmRoutes,
  allAlarmRoutes,
  figureTableRoutes,
  stateRoutes,
  channelRoutes,
  authorityRoutes,
  stackRoutes,
  enpiRoutes,
  savingsRoute,
  savingClaimRoutes,
  machineEnergyRoute,
  forecastRoutes,
  peakRoute,
  projectionRoutes,
  loadPlanRoutes,
  anomalyRoutes,
  centreFunctionsRoutes,
  recordRoutes,
  operatorEventRoute,
  meterReplacedRoute,
  entryRoutes,
  entryDecisionRoutes,
  certificatesRoute,
  footprintRoutes,
  originalRoutes,
  carbonMarketRoutes,
  zeroCarbonIndicatorsRoute,
  reconciliationRoute,
  reportRoutes,
  reportActRoutes,
  lineageRoute,
  auditJobRoutes,
  ledgerRoutes,
  auditLogRoutes,
  quarantineRoutes,
  storeRoutes,
  gatewayRoutes,
  backupRoutes,
  configurationRoutes,
  gridRegionsRoute,
  opcuaRoutes,
  deviceTableRoutes,
  forgetMetricsRoute,
  forgetRoute,
  accountRoutes,
  openSessionRoutes,
  mqttClientRoutes,
  i3xRoutes,
  i3xSubscriptionRoutes,
] as const

/** Everything that these routes ask, put together from their interfaces. */
export type RouteSources = [(typeof ROUTES)[number]] extends [(server: Server, sources: infer S) => void] ? S : never

export function addRoutes(server: Server, sources: RouteSources): void {
  for (const add of ROUTES) add(server, sources)
}
