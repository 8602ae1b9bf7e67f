"""Meters on Modbus TCP, by pymodbus. Says its port in the first line and ends with its input, of which each line is JSON:

{"unit": 1, "fc": 4, "address": 72, "words": [17530, 0]}  sets registers; those that were not there yet are from now on
{"unit": 2, "silent": true}                               answers nothing any more to what this unit is asked
"""

import asyncio
import json
import sys

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server import ModbusTcpServer


async def main():
    tables = {}
    context = ModbusServerContext(slaves={}, single=False)
    # Who asks for a unit that is not there gets no answer, as from a gateway whose serial line is cut.
    server = ModbusTcpServer(context, address=("127.0.0.1", int(sys.argv[1])), ignore_missing_slaves=True)
    await server.listen()
    print(server.transport.sockets[0].getsockname()[1], flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        told = json.loads(line)
        unit = told["unit"]
        if told.get("silent"):
            del context[unit]
        else:
            if unit not in tables:
                tables[unit] = {3: ModbusSparseDataBlock({0: 0}), 4: ModbusSparseDataBlock({0: 0})}
            context[unit] = ModbusSlaveContext(hr=tables[unit][3], ir=tables[unit][4])
            # The table counts from 1, the frame from 0.
            tables[unit][told["fc"]].setValues(told["address"] + 1, told["words"])
        print("told", flush=True)
    await server.shutdown()


asyncio.run(main())
