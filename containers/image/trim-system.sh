#!/bin/sh
# Takes from the base image what a task never runs: package managers of JavaScript, headers, manuals, translations.
# The list of Debian packages stays, for scanners.
set -eu
rm -rf /usr/local/lib/node_modules /usr/local/include /usr/local/share/doc /usr/local/share/man \
  /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg \
  /opt/yarn* /usr/share/doc /usr/share/man /usr/share/info /usr/share/locale \
  /var/cache/* /var/lib/apt/lists/* /var/log/* /root/.npm /root/.npmrc /usr/etc/npmrc /tmp/*
