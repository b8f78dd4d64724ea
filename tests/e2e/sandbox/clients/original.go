// The original signing client in spirit: net/http and crypto/rsa, as it was written in 2021. It sends the
// API key's file as it is, seconds, an unpadded signature and no Content-Type; it reads PKCS#1 alone.
// Usage: original METHOD URL PEM-FILE KEY-FILE [BODY-FILE]; prints as the original did.
package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

func check(err error) {
	if err != nil {
		fmt.Println("Error:", err)
		os.Exit(1)
	}
}

func main() {
	method, url, pemFile, keyFile := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	var body []byte
	if len(os.Args) > 5 {
		var err error
		body, err = os.ReadFile(os.Args[5])
		check(err)
	}
	apiKey, err := os.ReadFile(keyFile)
	check(err)
	pemData, err := os.ReadFile(pemFile)
	check(err)
	block, _ := pem.Decode(pemData)
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	check(err)

	timestamp := fmt.Sprintf("%d", time.Now().Unix())
	digest := sha256.New()
	digest.Write([]byte(timestamp))
	digest.Write([]byte(url))
	digest.Write(body)
	hash := digest.Sum(nil)
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, hash)
	check(err)

	request, err := http.NewRequest(method, url, bytes.NewReader(body))
	check(err)
	request.Header.Add("x-api-key", strings.TrimSpace(string(apiKey)))
	request.Header.Add("x-sign", base64.RawURLEncoding.EncodeToString(signature))
	request.Header.Add("x-timestamp", timestamp)
	fmt.Printf("Hash: %x\n%s %s\n---\n", hash, method, url)
	response, err := http.DefaultClient.Do(request)
	check(err)
	fmt.Println(response.Status)
	text, err := io.ReadAll(response.Body)
	check(err)
	fmt.Println(string(text))
}
