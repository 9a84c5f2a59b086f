package io.cortexreactive.provider;

import java.net.URI;

/** For authors of providers: addresses as people configure them, and as errors may tell them. */
public final class ServiceAddress {

    private static final int MAX_SHOWN = 200;

    private ServiceAddress() {}

    /**
     * Whether a service can be called there: over HTTP, at a host, and without a user in the address, whose password
     * would end up in logs, or a fragment, which is never sent.
     */
    public static boolean isUsable(URI address) {
        boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
        return web && address.getHost() != null && address.getRawUserInfo() == null && address.getRawFragment() == null;
    }

    /** As it may be told: without user, query and fragment, where keys are found, and not at any length. */
    public static String shown(String address) {
        String safe = address.replaceFirst("[?#].*", "").replaceFirst("//[^/@]*@", "//");
        return safe.length() > MAX_SHOWN ? safe.substring(0, MAX_SHOWN) + "..." : safe;
    }
}
