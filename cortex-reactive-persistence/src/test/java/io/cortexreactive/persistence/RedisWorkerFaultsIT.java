package io.cortexreactive.persistence;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.persistence.redis.RedisServer;
import io.cortexreactive.tenant.Tenancy;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/** With the long runs only: what these processes do differs between the stores in their scripts alone. */
@Tag("faults")
class RedisWorkerFaultsIT extends WorkerFaultsContract {

    private static final String END_LEASES = """
            for _, key in ipairs(redis.call('KEYS', KEYS[1] .. ':worker:*')) do redis.call('SET', key, '1:live') end
            return 1
            """;

    private static final String HAVE_CRASHED =
            "return redis.call('HSET', KEYS[1] .. ':run:0:' .. ARGV[1], 'crashes', ARGV[2])";

    /** Moves what stands in a list across runs to its beginning. */
    private static final String END = """
            local id = '0:' .. ARGV[1]
            if redis.call('ZSCORE', KEYS[1] .. ':' .. ARGV[2], id) then
              redis.call('HSET', KEYS[1] .. ':run:' .. id, ARGV[3], 1)
              redis.call('ZADD', KEYS[1] .. ':' .. ARGV[2], 1, id)
            end
            return 1
            """;

    private static final String LIVES = """
            local time = redis.call('TIME')
            for _, key in ipairs(redis.call('KEYS', KEYS[1] .. ':worker:*:' .. ARGV[1] .. ':*')) do
              local ends = string.match(redis.call('GET', key), '%d+')
              if tonumber(ends) > time[1] * 1000000 + time[2] then return 1 end
            end
            return 0
            """;

    private final String prefix = Tenancy.newCorrelationId();
    private final RedisClient client = RedisServer.shared().client();

    @AfterEach
    void disconnect() {
        client.shutdown();
    }

    @Override
    String address() {
        return RedisServer.shared().address() + "#" + prefix;
    }

    private long run(String script, String... values) {
        try (var connection = client.connect()) {
            String[] tag = {"{" + prefix + "}"};
            return connection.sync().<Long>eval(script, ScriptOutputType.INTEGER, tag, values);
        }
    }

    @Override
    void endLeases() {
        run(END_LEASES);
    }

    @Override
    void haveCrashed(String runId, int times) {
        run(HAVE_CRASHED, runId, Integer.toString(times));
    }

    @Override
    void endBackOff(String runId) {
        run(END, runId, "due", "available");
    }

    @Override
    void endPatience(String runId) {
        run(END, runId, "hanging", "hangs");
    }

    @Override
    boolean lives(ForkedJvm process) {
        return run(LIVES, Long.toString(process.pid())) == 1;
    }
}
