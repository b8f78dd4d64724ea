// Reads JSON texts in hex, one a line, and answers each with what encoding/json.Compact says:
// "ok <hex>", or "error <offset> <message>" with the offset of the byte that cannot continue
// (-1 where Go names none, as at the end of the input).
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

func main() {
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		input, err := hex.DecodeString(strings.TrimSpace(line))
		if err != nil {
			fmt.Println("error -1 not hex")
			continue
		}
		var output bytes.Buffer
		if err := json.Compact(&output, input); err != nil {
			fmt.Println("error", offset(input), err)
			continue
		}
		fmt.Println("ok " + hex.EncodeToString(output.Bytes()))
	}
}

// offset asks Unmarshal, whose scanner is the same and which counts bytes.
func offset(input []byte) int64 {
	var whole json.RawMessage
	var syntax *json.SyntaxError
	err := json.Unmarshal(input, &whole)
	if errors.As(err, &syntax) && strings.HasPrefix(syntax.Error(), "invalid character") {
		return syntax.Offset - 1
	}
	if errors.As(err, &syntax) && strings.HasPrefix(syntax.Error(), "exceeded max depth") {
		return syntax.Offset - 1
	}
	return -1
}
