package io.cortexreactive.examples.app;

import io.cortexreactive.examples.backend.ProviderSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.StringUtils;

/**
 * What application.yml says under {@code example}.
 *
 * @param simulate whether to simulate the providers whatever is set for real ones
 * @param pace what the times of simulated answers are multiplied by: 1 is a pace one can read, 0 is at once
 * @param providers settings of real ones, by id
 * @param tenants who may chat; the page starts as the first
 * @param questions what the page suggests to ask
 * @param approval how long a tool call waits for somebody to approve it, before it is refused
 * @param heartbeat how often an event stream says that it lives, and what it lost
 */
@ConfigurationProperties("example")
record ExampleProperties(
        boolean simulate,
        double pace,
        Map<String, ProviderSettings> providers,
        List<Tenant> tenants,
        List<String> questions,
        Duration approval,
        Duration heartbeat) {

    ExampleProperties {
        if (!(pace >= 0)) {
            throw new IllegalArgumentException("example.pace is " + pace + ", but has to be 0 or more");
        }
        providers = Map.copyOf(providers);
        tenants = List.copyOf(tenants);
        questions = List.copyOf(questions);
    }

    boolean everyTenantHasBedrockKey() {
        return tenants.stream()
                .allMatch(tenant -> StringUtils.hasText(tenant.keys().get("bedrock")));
    }

    /**
     * A tenant and its keys.
     *
     * @param id as requests name it
     * @param name for people
     * @param simulatedKey what the simulated model server gets to see
     * @param keys its own at real providers, by the provider's id; where there is none, the operator's is used
     */
    record Tenant(String id, String name, String simulatedKey, Map<String, String> keys) {

        Tenant {
            keys = Map.copyOf(keys);
        }

        /** Leaves the keys out. */
        @Override
        public String toString() {
            return "Tenant[" + id + "]";
        }
    }
}
