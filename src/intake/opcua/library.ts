type ClientPackage = typeof import('node-opcua-client')
type ManagerPackage = typeof import('node-opcua-certificate-manager')
type RangePackage = typeof import('node-opcua-numeric-range')

/** The client uses these parts of `node-opcua`. */
export type OpcuaLibrary = ClientPackage &
  Pick<ManagerPackage, 'OPCUACertificateManager'> &
  Pick<RangePackage, 'NumericRange'>

let loading: Promise<OpcuaLibrary> | null = null

/** Loads the library when the first server is connected: it is larger than all else in its thread. */
export function loadOpcua(): Promise<OpcuaLibrary> {
  loading ??= load()
  return loading
}

async function load(): Promise<OpcuaLibrary> {
  const client = await import('node-opcua-client')
  const { OPCUACertificateManager } = await import('node-opcua-certificate-manager')
  const { NumericRange } = await import('node-opcua-numeric-range')
  // It prints what it thinks; what matters of it comes as an error, and is told once.
  client.setDebugLogger(() => undefined)
  client.setWarningLogger(() => undefined)
  client.setErrorLogger(() => undefined)
  return { ...client, OPCUACertificateManager, NumericRange }
}
