package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunLogPropertyContract;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class RunLogPropertyIT extends RunLogPropertyContract {

    @RegisterExtension
    static final PostgresLog STORE = new PostgresLog();

    @Override
    protected RunLog log() {
        return STORE.log();
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return STORE.aMinuteLater();
    }
}
