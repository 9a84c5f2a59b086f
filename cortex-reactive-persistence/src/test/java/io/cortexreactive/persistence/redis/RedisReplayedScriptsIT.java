package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.RunLog;

/** The driver may send a script again when it has connected again: each has one effect, and the same answer. */
class RedisReplayedScriptsIT extends RedisRunLogIT {

    /** What a sweep has changed, the next one does not find; nobody waits for its answer. */
    private static final String SWEEP = "local swept";

    @Override
    RunLog open() {
        return store.log(RedisReplayedScriptsIT::twice);
    }

    static String twice(String script) {
        return script.contains(SWEEP) ? script : "local function once()\n" + script + "\nend\nonce()\nreturn once()";
    }
}
