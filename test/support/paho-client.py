"""Plays one scene at a broker with Eclipse Paho and MQTT 5, and prints what it has seen as JSON: paho-client.py SCENE PORT."""

import json
import sys
import threading
import time

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

WAIT_S = 120
# Whoever is to be back before its will has this long, on a machine that stands still meanwhile too.
WILL_S = 10
PORT = int(sys.argv[2])


def properties(packet, **values):
    made = Properties(packet)
    for name, value in values.items():
        setattr(made, name, value)
    return made


class Client:
    def __init__(self, client_id, **will):
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id, protocol=mqtt.MQTTv5)
        self.got = []
        self.connack = None
        self.there = threading.Event()
        self.client.on_connect = self.connected
        self.client.on_message = lambda _client, _data, message: self.got.append(message)
        if will:
            self.client.will_set(**will)

    def connected(self, _client, _data, flags, reason, given):
        self.connack = {"present": flags.session_present, "reason": reason.value, "properties": given.json()}
        self.there.set()

    def connect(self, clean=True, **values):
        self.there.clear()
        asked = properties(PacketTypes.CONNECT, **values)
        self.client.connect("127.0.0.1", PORT, clean_start=clean, properties=asked)
        self.client.loop_start()
        assert self.there.wait(WAIT_S), "no CONNACK"
        return self

    def subscribe(self, topic, qos=1):
        granted = threading.Event()
        self.client.on_subscribe = lambda *_: granted.set()
        self.client.subscribe(topic, qos)
        assert granted.wait(WAIT_S), "no SUBACK"

    def publish(self, topic, payload, **values):
        sent = self.client.publish(topic, payload, 1, properties=properties(PacketTypes.PUBLISH, **values))
        sent.wait_for_publish(WAIT_S)
        assert sent.is_published(), "no PUBACK"

    def breaks(self):
        """The connection breaks: no DISCONNECT is sent."""
        self.client.loop_stop()
        self.client.socket().close()

    def leaves(self):
        self.client.disconnect()
        self.client.loop_stop()

    def payloads(self, count):
        until = time.monotonic() + WAIT_S
        while len(self.got) < count and time.monotonic() < until:
            time.sleep(0.01)
        return [message.payload.decode() for message in self.got]


def alias():
    meter = Client("meter").connect()
    meter.publish("plants/p/l/d/energy", "1", TopicAlias=1)
    meter.publish("", "2", TopicAlias=1)
    meter.leaves()
    return meter.connack


def session():
    kept = Client("reader").connect(SessionExpiryInterval=60)
    kept.subscribe("t")
    kept.leaves()
    sender = Client("sender").connect()
    sender.publish("t", "while away")
    sender.leaves()
    back = Client("reader").connect(clean=False, SessionExpiryInterval=60)
    got = back.payloads(1)
    back.leaves()
    return {"present": back.connack["present"], "got": got}


def will():
    watcher = Client("watcher").connect()
    watcher.subscribe("w")
    delay = properties(PacketTypes.WILLMESSAGE, WillDelayInterval=WILL_S)
    doomed = {"topic": "w", "payload": "gone", "qos": 1, "properties": delay}
    for name in ("back", "lost"):
        first = Client(name, **{**doomed, "payload": name}).connect(SessionExpiryInterval=60)
        first.breaks()
    again = Client("back").connect(clean=False, SessionExpiryInterval=60)
    got = watcher.payloads(1)
    time.sleep(0.5)
    got = watcher.payloads(1)
    again.leaves()
    watcher.leaves()
    return got


def shared():
    pair = [Client(f"worker-{i}").connect() for i in range(2)]
    for worker in pair:
        worker.subscribe("$share/pair/t")
    sender = Client("sender").connect()
    for i in range(20):
        sender.publish("t", str(i))
    until = time.monotonic() + WAIT_S
    while sum(len(worker.got) for worker in pair) < 20 and time.monotonic() < until:
        time.sleep(0.01)
    for client in (*pair, sender):
        client.leaves()
    return [[message.payload.decode() for message in worker.got] for worker in pair]


def flow():
    reader = Client("reader").connect(ReceiveMaximum=2)
    reader.subscribe("t")
    sender = Client("sender").connect()
    for i in range(50):
        sender.publish("t", str(i))
    got = reader.payloads(50)
    sender.leaves()
    reader.leaves()
    return got


def denied():
    sender = Client("sender").connect()
    codes = []
    done = threading.Event()

    def published(_client, _data, _id, reason, _given):
        codes.append(reason.value)
        done.set()

    sender.client.on_publish = published
    sender.client.publish("no/1", "x", 1)
    done.wait(WAIT_S)
    connected = sender.client.is_connected()
    sender.leaves()
    return {"codes": codes, "connected": connected}


print(json.dumps({"alias": alias, "session": session, "will": will, "shared": shared, "flow": flow, "denied": denied}[sys.argv[1]]()))
