import type { Measures } from './sources/measures.js'

interface FieldScrape {
  readonly measures: Pick<Measures, 'modbusPolls' | 'opcua'>
}

type CountsByServer = 'connections' | 'values' | 'gaps' | 'nodes'

/** Metrics of what the gateway goes to by itself: polled meters, and servers of OPC UA. */
export const FIELD_FAMILIES = [
  {
    name: 'greengauge_modbus_polls_total',
    type: 'counter' as const,
    help: 'Polls of meters by connection and what became of them.',
    samples: ({ measures }: FieldScrape) =>
      measures.modbusPolls.flatMap(({ id, polls }) =>
        Object.entries(polls).map(([result, value]) => ({ value, labels: { id, result } })),
      ),
  },
  {
    name: 'greengauge_opcua_connected',
    type: 'gauge' as const,
    help: '1 while the nodes of an OPC UA server are subscribed to, else 0.',
    samples: ({ measures }: FieldScrape) =>
      measures.opcua.map(({ id, isConnected }) => ({ value: isConnected ? 1 : 0, labels: { id } })),
  },
  {
    name: 'greengauge_opcua_connections_total',
    type: 'counter' as const,
    help: 'Tries to connect to an OPC UA server by what became of them; lost: one that was there has ended.',
    samples: (scrape: FieldScrape) => byServer(scrape, 'connections', 'result'),
  },
  {
    name: 'greengauge_opcua_nodes',
    type: 'gauge' as const,
    help: 'Nodes of the settings that an OPC UA server monitors, and those that it refuses.',
    samples: (scrape: FieldScrape) => byServer(scrape, 'nodes', 'state'),
  },
  {
    name: 'greengauge_opcua_values_total',
    type: 'counter' as const,
    help: 'Values of an OPC UA server: sent, from its history; overflow: those before which it has lost some.',
    samples: (scrape: FieldScrape) => byServer(scrape, 'values', 'way'),
  },
  {
    name: 'greengauge_opcua_gaps_total',
    type: 'counter' as const,
    help: 'Gaps after which an OPC UA server was there again: filled from its history, partly, or left.',
    samples: (scrape: FieldScrape) => byServer(scrape, 'gaps', 'result'),
  },
  {
    name: 'greengauge_opcua_clock_difference_seconds',
    type: 'gauge' as const,
    help: 'Clock of an OPC UA server less that of the gateway, as last heard.',
    samples: ({ measures }: FieldScrape) =>
      measures.opcua.flatMap(({ id, clockDifferenceS }) =>
        clockDifferenceS === null ? [] : [{ value: clockDifferenceS, labels: { id } }],
      ),
  },
]

function byServer({ measures }: FieldScrape, figure: CountsByServer, label: string) {
  return measures.opcua.flatMap((server) =>
    Object.entries(server[figure]).map(([key, value]) => ({ value, labels: { id: server.id, [label]: key } })),
  )
}
