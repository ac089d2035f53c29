//go:build tools

package tools

import _ "github.com/slok/sloth/cmd/sloth"
