"""Reports of mail systems about mail that they could not deliver, as they write them."""

POSTFIX = """\
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="A5.1/mx.example.org"

This is a MIME-encapsulated message.

--A5.1/mx.example.org
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--A5.1/mx.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: A5
Arrival-Date: Mon,  2 Mar 2026 09:00:00 +0000 (UTC)

Final-Recipient: rfc822; ada@example.org
Original-Recipient: rfc822;ada@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: {diagnosis}

--A5.1/mx.example.org
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: Lumen Market <returns@lumen.example>
To: Ada <ada@example.org>
Subject: Your return

--A5.1/mx.example.org--
"""
NOBODY = "smtp; 550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown"


def report(to: str, *, action: str = "failed", status: str = "5.1.1", diagnosis: str = NOBODY) -> bytes:
    """A report of Postfix that comes to an address."""
    return POSTFIX.format(to=to, action=action, status=status, diagnosis=diagnosis).encode()
