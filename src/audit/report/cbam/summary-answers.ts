import type { ItemAnswering } from './answer.js'
import * as electricity from './electricity.js'
import * as emissions from './emissions.js'
import * as goods from './goods.js'
import * as installation from './installation.js'
import * as precursors from './precursors.js'

/** The answer to each item of the operator's summary emissions report that has no parts, and to each part. */
export const SUMMARY_ANSWERS: Readonly<Record<string, ItemAnswering>> = {
  '(1)(a)': installation.operatorName,
  '(1)(b)': installation.registrationNumber,
  '(1)(c)': installation.operatorAddress,
  '(2)(a)': installation.installationName,
  '(2)(b)': installation.registryId,
  '(2)(c)': installation.unlocode,
  '(2)(d)': installation.installationAddress,
  '(2)(e)': installation.coordinates,
  '(3)': installation.processesWithGoods,
  '(4)(a)': goods.directEmbedded,
  '(4)(b)': goods.defaultShare,
  '(4)(c)-1': goods.actualIndirectShare,
  '(4)(c)-2': goods.defaultIndirectShare,
  '(4)(c)-3': goods.criteriaMet,
  '(4)(c)-4': goods.indirectEmbedded,
  '(4)(d)-1': goods.importedElectricity,
  '(4)(d)-2': goods.importedElectricity,
  '(4)(d)-3': goods.importedElectricity,
  '(4)(e)': goods.freeAllocation,
  '(4)(f)': goods.benchmarks,
  '(5)': emissions.totalDirectByProcess,
  '(6)': electricity.indirectOfInstallation,
  '(7)': installation.heatExchanged,
  '(8)': installation.zeroRatedFuels,
  '(9)': emissions.wasteGases,
  '(10)': emissions.co2Capture,
  '(11)(a)': electricity.cogeneration,
  '(11)(b)': electricity.separateGeneration,
  '(11)(c)': electricity.fossilOrRenewable,
  '(11)(d)': electricity.electricityExported,
  '(12)(a)': precursors.defaultCodes,
  '(12)(b)': precursors.defaultNames,
  '(12)(c)': precursors.defaultCountries,
  '(12)(d)': precursors.defaultValues,
  '(13)(a)': precursors.actualCodes,
  '(13)(b)': precursors.actualNames,
  '(13)(c)': precursors.actualCountries,
  '(13)(d)': precursors.actualPeriodsAndYear,
  '(13)(e)': precursors.actualValues,
  '(14)': precursors.severalPeriods,
  '(15)': precursors.severalInstallations,
  '(16)': precursors.origins,
}
