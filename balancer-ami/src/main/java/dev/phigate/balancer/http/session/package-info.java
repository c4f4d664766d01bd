/** Sessions of browsers, kept in signed cookies and nowhere else: which host they stay with, and when they end. */
@NullMarked
package dev.phigate.balancer.http.session;

import org.jspecify.annotations.NullMarked;
