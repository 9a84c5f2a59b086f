package io.cortexreactive.memory;

import io.cortexreactive.error.Utf8;
import io.cortexreactive.tenant.Tenancy;
import org.jspecify.annotations.Nullable;

/**
 * Which conversation, and whose. Two tenants' conversations of one id have nothing in common.
 *
 * @param tenantId null for a conversation of no tenant; an empty one counts as null
 * @param conversationId up to 512 characters; not blank
 */
public record ConversationKey(@Nullable String tenantId, String conversationId) {

    private static final int MAX_LENGTH = 512;

    /**
     * @throws InvalidConversationException if the id is blank, too long, or no text that every store can hold
     * @throws io.cortexreactive.tenant.InvalidTenantException if the tenant's id is no such text
     */
    public ConversationKey {
        tenantId = Tenancy.keptId(tenantId);
        if (conversationId == null || conversationId.isBlank()) {
            throw new InvalidConversationException(
                    "A conversation's id is blank. Each conversation needs one of its own.");
        }
        if (conversationId.length() > MAX_LENGTH || !isText(conversationId)) {
            throw new InvalidConversationException("A conversation's id has more than " + MAX_LENGTH
                    + " characters, control characters, or half a surrogate pair.");
        }
    }

    /** Half a pair would be stored as a question mark, and so two conversations as one. */
    private static boolean isText(String id) {
        return id.chars().noneMatch(Character::isISOControl) && Utf8.has(id);
    }
}
