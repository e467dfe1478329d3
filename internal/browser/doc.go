// Package browser drives Chromium, for tests of pages. It opens a page, presses its keys, asks its
// scripts for values, and records what a page must not do: errors, uncaught exceptions, and
// requests for anything but the page itself.
package browser
