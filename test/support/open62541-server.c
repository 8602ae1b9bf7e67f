/*
 * A server of OPC UA for tests, by open62541. Arguments: port, and `none` or `trust` for clients: whether certificates that are
 * not known are taken. It says `ready` when it answers, and ends with its input. Each line of it is answered by `null` and is
 *
 * set;NAME STATUS SOURCE_MS VALUE;...   values of the variables Oil, Energy (with history) and Power, in order
 */
#include <open62541/plugin/create_certificate.h>
#include <open62541/plugin/historydata/history_data_backend_memory.h>
#include <open62541/plugin/historydata/history_data_gathering_default.h>
#include <open62541/plugin/historydata/history_database_default.h>
#include <open62541/plugin/log_stdout.h>
#include <open62541/plugin/pki_default.h>
#include <open62541/server.h>
#include <open62541/server_config_default.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define URI "urn:test:open62541"
#define LINE_MAX_BYTES (1 << 20)
#define HISTORY_MAX 20000
/* Fewer than a gap has, so that the client has to ask on. */
#define HISTORY_PAGE 100

static void fail(const char *what, UA_StatusCode status) {
    fprintf(stderr, "%s: %s\n", what, UA_StatusCode_name(status));
    exit(1);
}

static void configure(UA_ServerConfig *config, UA_UInt16 port, UA_Boolean trusts) {
    UA_String subject[2] = {UA_STRING_STATIC("O=Test"), UA_STRING_STATIC("CN=open62541")};
    UA_String names[2] = {UA_STRING_STATIC("DNS:localhost"), UA_STRING_STATIC("URI:" URI)};
    UA_ByteString key = UA_BYTESTRING_NULL, certificate = UA_BYTESTRING_NULL;
    UA_StatusCode status = UA_CreateCertificate(UA_Log_Stdout, subject, 2, names, 2, UA_CERTIFICATEFORMAT_DER, NULL,
                                                &key, &certificate);
    if(status != UA_STATUSCODE_GOOD) fail("certificate", status);
    /* With an empty list it would take any certificate. */
    status = UA_ServerConfig_setDefaultWithSecurityPolicies(config, port, &certificate, &key, &certificate, 1, NULL, 0,
                                                            NULL, 0);
    if(status != UA_STATUSCODE_GOOD) fail("configuration", status);
    UA_String_clear(&config->applicationDescription.applicationUri);
    config->applicationDescription.applicationUri = UA_STRING_ALLOC(URI);
    for(size_t i = 0; i < config->endpointsSize; i++) {
        UA_String_clear(&config->endpoints[i].server.applicationUri);
        config->endpoints[i].server.applicationUri = UA_STRING_ALLOC(URI);
    }
    if(trusts) {
        config->secureChannelPKI.clear(&config->secureChannelPKI);
        UA_CertificateVerification_AcceptAll(&config->secureChannelPKI);
        config->sessionPKI.clear(&config->sessionPKI);
        UA_CertificateVerification_AcceptAll(&config->sessionPKI);
    }
    config->samplingIntervalLimits.min = 0.0;
    config->publishingIntervalLimits.min = 5.0;
    config->queueSizeLimits.max = HISTORY_MAX;
    UA_ByteString_clear(&key);
    UA_ByteString_clear(&certificate);
}

static void addVariable(UA_Server *server, char *name, UA_Boolean historizing) {
    UA_VariableAttributes attributes = UA_VariableAttributes_default;
    UA_Double nothing = 0;
    UA_Variant_setScalar(&attributes.value, &nothing, &UA_TYPES[UA_TYPES_DOUBLE]);
    attributes.displayName = UA_LOCALIZEDTEXT("en", name);
    attributes.dataType = UA_TYPES[UA_TYPES_DOUBLE].typeId;
    attributes.accessLevel = UA_ACCESSLEVELMASK_READ | UA_ACCESSLEVELMASK_WRITE;
    if(historizing) attributes.accessLevel |= UA_ACCESSLEVELMASK_HISTORYREAD;
    attributes.historizing = historizing;
    UA_StatusCode status = UA_Server_addVariableNode(
        server, UA_NODEID_STRING(1, name), UA_NODEID_NUMERIC(0, UA_NS0ID_OBJECTSFOLDER),
        UA_NODEID_NUMERIC(0, UA_NS0ID_ORGANIZES), UA_QUALIFIEDNAME(1, name),
        UA_NODEID_NUMERIC(0, UA_NS0ID_BASEDATAVARIABLETYPE), attributes, NULL, NULL);
    if(status != UA_STATUSCODE_GOOD) fail(name, status);
}

static void set(UA_Server *server, char *what) {
    char name[64];
    unsigned long code;
    long long sourceMs;
    double number;
    if(sscanf(what, "%63s %lu %lld %lf", name, &code, &sourceMs, &number) != 4) {
        fprintf(stderr, "not understood: %s\n", what);
        exit(1);
    }
    UA_WriteValue write;
    UA_WriteValue_init(&write);
    write.nodeId = UA_NODEID_STRING(1, name);
    write.attributeId = UA_ATTRIBUTEID_VALUE;
    UA_Variant_setScalar(&write.value.value, &number, &UA_TYPES[UA_TYPES_DOUBLE]);
    write.value.hasValue = true;
    write.value.hasStatus = true;
    write.value.status = (UA_StatusCode)code;
    write.value.hasSourceTimestamp = true;
    write.value.sourceTimestamp = UA_DATETIME_UNIX_EPOCH + sourceMs * UA_DATETIME_MSEC;
    UA_StatusCode status = UA_Server_write(server, &write);
    if(status != UA_STATUSCODE_GOOD) fail(name, status);
}

static void obey(UA_Server *server, char *line) {
    char *rest = NULL;
    for(char *part = strtok_r(line, ";\n", &rest); part != NULL; part = strtok_r(NULL, ";\n", &rest)) {
        if(strcmp(part, "set") != 0) set(server, part);
    }
    printf("null\n");
}

int main(int count, char **arguments) {
    if(count != 3) return 64;
    setvbuf(stdout, NULL, _IOLBF, 0);
    UA_HistoryDataGathering gathering = UA_HistoryDataGathering_Default(1);
    UA_Server *server = UA_Server_new();
    UA_ServerConfig *config = UA_Server_getConfig(server);
    configure(config, (UA_UInt16)atoi(arguments[1]), strcmp(arguments[2], "trust") == 0);
    config->historyDatabase = UA_HistoryDatabase_default(gathering);
    addVariable(server, "Oil", false);
    addVariable(server, "Energy", true);
    addVariable(server, "Power", false);
    UA_HistorizingNodeIdSettings setting;
    memset(&setting, 0, sizeof setting);
    setting.historizingBackend = UA_HistoryDataBackend_Memory(1, HISTORY_MAX);
    setting.maxHistoryDataResponseSize = HISTORY_PAGE;
    setting.historizingUpdateStrategy = UA_HISTORIZINGUPDATESTRATEGY_VALUESET;
    UA_NodeId energy = UA_NODEID_STRING(1, "Energy");
    UA_StatusCode status = gathering.registerNodeId(server, gathering.context, &energy, setting);
    if(status != UA_STATUSCODE_GOOD) fail("history", status);
    status = UA_Server_run_startup(server);
    if(status != UA_STATUSCODE_GOOD) fail("start", status);
    printf("ready\n");
    static char line[LINE_MAX_BYTES];
    size_t held = 0;
    for(;;) {
        UA_Server_run_iterate(server, false);
        struct pollfd input = {STDIN_FILENO, POLLIN, 0};
        if(poll(&input, 1, 2) <= 0) continue;
        ssize_t got = read(STDIN_FILENO, line + held, sizeof line - held - 1);
        if(got <= 0) break;
        held += (size_t)got;
        line[held] = 0;
        char *end;
        while((end = strchr(line, '\n')) != NULL) {
            *end = 0;
            obey(server, line);
            held -= (size_t)(end + 1 - line);
            memmove(line, end + 1, held + 1);
        }
    }
    UA_Server_run_shutdown(server);
    UA_Server_delete(server);
    return 0;
}
