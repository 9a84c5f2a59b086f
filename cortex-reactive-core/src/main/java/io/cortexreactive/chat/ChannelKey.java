package io.cortexreactive.chat;

import io.cortexreactive.error.Utf8;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Which channel, and whose. Two tenants' channels of one name have nothing in common.
 *
 * @param tenantId null for a channel of no tenant; an empty one counts as null
 * @param channel up to 512 characters; not blank
 */
public record ChannelKey(@Nullable String tenantId, String channel) {

    private static final int MAX_LENGTH = 512;

    /**
     * @throws InvalidChannelException if the name is blank, too long, or no text that every store can hold
     * @throws io.cortexreactive.tenant.InvalidTenantException if the tenant's id is no such text
     */
    public ChannelKey {
        tenantId = Tenancy.keptId(tenantId);
        if (channel.isBlank() || channel.length() > MAX_LENGTH || !isText(channel)) {
            throw new InvalidChannelException("A channel's name is blank, or has more than " + MAX_LENGTH
                    + " characters, control characters, or half a surrogate pair.");
        }
    }

    /** The channel of this name as the tenant in a Context has it. */
    public static ChannelKey of(String channel, ContextView context) {
        return new ChannelKey(Tenancy.tenant(context).map(TenantContext::id).orElse(null), channel);
    }

    /** Half a pair would be stored as a question mark, and so two channels as one. */
    private static boolean isText(String name) {
        return name.chars().noneMatch(Character::isISOControl) && Utf8.has(name);
    }
}
