package io.cortexreactive.persistence.redis;

/** Each script is sent twice, as the driver may do when it has connected again: no message comes twice. */
class RedisReplayedChannelsIT extends RedisBroadcasterIT {

    @Override
    String edited(String script) {
        return RedisReplayedScriptsIT.twice(script);
    }
}
