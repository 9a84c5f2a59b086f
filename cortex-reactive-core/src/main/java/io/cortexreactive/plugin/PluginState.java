package io.cortexreactive.plugin;

/** How far a plugin has come. */
public enum PluginState {
    /** Added; nothing of it was called. */
    ADDED,
    /** Left out by the configuration. */
    DISABLED,
    /** It has added what it has. */
    REGISTERED,
    /** It is in use. */
    BOOTED,
    /** It could not be registered or booted. */
    FAILED,
    /** It was shut down. */
    STOPPED
}
