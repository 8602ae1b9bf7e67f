import { expect, test } from 'vitest'
import { metricsPage } from '../../../src/views/metrics.js'
import { FakeSources } from './fake-sources.js'

const feed = { clients: 3, droppedUpdates: 8, closed: { too_slow: 2, no_pong: 1 } }
const drops = { unproved: 4, connections: 0, feed: 1, feed_messages: 6, sign_in: 9 }
const { text } = await metricsPage(
  new FakeSources(),
  () => feed,
  () => drops,
)()

test.each([
  'greengauge_messages_received_total{door="mqtt"} 41',
  'greengauge_messages_rejected_total{reason="bad_json"} 0',
  'greengauge_readings_total{class="energy"} 30',
  'greengauge_readings_duplicate_total 2',
  'greengauge_readings_late_total 1',
  'greengauge_journal_bytes 4096',
  'greengauge_journal_oldest_timestamp_seconds 1795521600',
  'greengauge_pipeline_lag_seconds 0.25',
  'greengauge_pipeline_live_lag_seconds 0.125',
  'greengauge_http_dropped_total{reason="unproved"} 4',
  'greengauge_http_dropped_total{reason="feed_messages"} 6',
  'greengauge_http_dropped_total{reason="sign_in"} 9',
  'greengauge_hj212_dropped_total{reason="unproved"} 2',
  'greengauge_store_pending{store="duckdb"} 6',
  'greengauge_store_writes_total{store="duckdb",result="stored"} 12',
  'greengauge_alarm_messages_total{channel="ops",result="sent"} 7',
  'greengauge_alarm_channel_pending{channel="ops"} 2',
  'greengauge_alarm_channel_dropped_total{channel="ops"} 1',
  'greengauge_broker_connected{broker="hall"} 0',
  'greengauge_broker_lost_total{broker="hall"} 3',
  'greengauge_broker_sessions_lost_total{broker="hall"} 1',
  'greengauge_forward_connected 1',
  'greengauge_forward_batches_total 9',
  'greengauge_forward_bytes_total{of="journal"} 10000',
  'greengauge_forward_bytes_total{of="sent"} 700',
  'greengauge_forward_pending 8',
  'greengauge_forward_oldest_pending_timestamp_seconds 1767571200',
  'greengauge_forward_cut_short_total 1',
  'greengauge_mqtt_clients 4',
  'greengauge_mqtt_limited_total{limit="connections"} 2',
  'greengauge_hj212_connections 5',
  'greengauge_hj212_frames_total{result="bad"} 1',
  'greengauge_modbus_polls_total{id="hall-1",result="ok"} 7',
  'greengauge_opcua_connected{id="press"} 1',
  'greengauge_opcua_connections_total{id="press",result="lost"} 1',
  'greengauge_opcua_nodes{id="press",state="unread"} 1',
  'greengauge_opcua_values_total{id="press",way="history"} 4',
  'greengauge_opcua_gaps_total{id="press",result="filled"} 1',
  'greengauge_opcua_clock_difference_seconds{id="press"} -1.5',
  'greengauge_intake_stall_seconds_bucket{le="0.05"} 8',
  'greengauge_intake_stall_seconds_bucket{le="+Inf"} 9',
  'greengauge_ws_clients 3',
  'greengauge_ws_dropped_updates_total 8',
  'greengauge_ws_closed_total{reason="too_slow"} 2',
  'greengauge_build_info{version="1.2.3",commit="abc123",node="20.19.0"} 1',
])('the page has the line %s', (line) => {
  expect(text.split('\n')).toContain(line)
})

test('a bucket of the acknowledgement times holds those below it, the last one all', () => {
  expect(text.split('\n').filter((line) => line.includes('greengauge_ack_seconds'))).toEqual([
    '# HELP greengauge_ack_seconds From PUBLISH to PUBACK.',
    '# TYPE greengauge_ack_seconds histogram',
    'greengauge_ack_seconds_bucket{le="0.001"} 5',
    'greengauge_ack_seconds_bucket{le="0.01"} 8',
    'greengauge_ack_seconds_bucket{le="+Inf"} 9',
    'greengauge_ack_seconds_sum 0.5',
    'greengauge_ack_seconds_count 9',
  ])
})

test('the figures of the process itself are there too', () => {
  expect(text).toMatch(/^process_resident_memory_bytes \d/m)
})
