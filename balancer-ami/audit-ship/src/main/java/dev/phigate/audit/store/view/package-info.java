/** Stores as file systems that can be read: what proves and searches a log in a folder does so in a store, without fetching it whole. */
@NullMarked
package dev.phigate.audit.store.view;

import org.jspecify.annotations.NullMarked;
