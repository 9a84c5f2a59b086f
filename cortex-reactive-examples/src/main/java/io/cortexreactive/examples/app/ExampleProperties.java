package io.cortexreactive.examples.app;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.StringUtils;

/**
 * What application.yml says under {@code example}.
 *
 * @param bedrockModel the Bedrock model to run on; blank to simulate one
 * @param tenants who may chat; the page starts as the first
 * @param questions what the page suggests to ask
 * @param heartbeat how often an event stream says that it lives, and what it lost
 */
@ConfigurationProperties("example")
record ExampleProperties(
        @Nullable String bedrockModel, List<Tenant> tenants, List<String> questions, Duration heartbeat) {

    ExampleProperties {
        tenants = List.copyOf(tenants);
        questions = List.copyOf(questions);
    }

    boolean simulated() {
        return !StringUtils.hasText(bedrockModel);
    }

    boolean everyTenantHasBedrockKey() {
        return tenants.stream().allMatch(tenant -> StringUtils.hasText(tenant.bedrockKey()));
    }

    /**
     * A tenant and its keys.
     *
     * @param id as requests name it
     * @param name for people
     * @param simulatedKey what the simulated model server gets to see
     * @param bedrockKey its Bedrock API key; blank to use the operator's AWS credentials
     */
    record Tenant(
            String id,
            String name,
            String simulatedKey,
            @Nullable String bedrockKey) {

        @Nullable
        String key(boolean simulated) {
            String key = simulated ? simulatedKey : bedrockKey;
            return StringUtils.hasText(key) ? key : null;
        }

        /** Leaves the keys out. */
        @Override
        public String toString() {
            return "Tenant[" + id + "]";
        }
    }
}
